// Long-running processes: started in a group of their own, remembered in a file, stopped with all their children.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync, closeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import process from 'node:process';
import { onStop } from './cleanup.mjs';
import { UserError } from './errors.mjs';

/** Whether a process with this id exists. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * Starts a command in the background, to be stopped at the latest when this process ends. Its output goes to `log`, and
 * `pidFile` remembers it in case this process is killed.
 *
 * @returns {{pid: number, stop(): Promise<void>, kill(): Promise<void>, exited: Promise<number|null>}} `kill` leaves it no
 *   time to put anything in order
 */
export function startGroup(command, args, { cwd, env, log, pidFile }) {
  mkdirSync(path.dirname(log), { recursive: true });
  const output = openSync(log, 'w', 0o600);
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const exited = new Promise((resolve) => {
    child.on('exit', (code) => resolve(code));
    child.on('error', () => resolve(null));
  });
  if (child.pid) {
    mkdirSync(path.dirname(pidFile), { recursive: true });
    writeFileSync(pidFile, `${child.pid} ${startTime(child.pid)}`);
  }
  const kill = async () => {
    signal(child.pid, 'SIGKILL');
    await exited;
  };
  return { pid: child.pid, exited, kill, stop: onStop(() => stopRemembered(pidFile)) };
}

/** Stops what `pidFile` remembers, be it from this run or from one that was killed. */
export async function stopRemembered(pidFile) {
  const group = remembered(pidFile);
  if (group) await stopGroup(group);
  rmSync(pidFile, { force: true });
}

/** Makes this process the only one that may use what `pidFile` stands for; `complaint` is given the id of another that does. */
export function claim(pidFile, complaint) {
  const owner = remembered(pidFile);
  if (owner && owner !== process.pid) throw new UserError(complaint(owner));
  mkdirSync(path.dirname(pidFile), { recursive: true });
  writeFileSync(pidFile, `${process.pid} ${startTime(process.pid)}`);
  onStop(() => rmSync(pidFile, { force: true }));
}

/** The id in `pidFile` when that very process still runs: an id that was given to another process since doesn't count. */
function remembered(pidFile) {
  try {
    const [pid, since] = splitOnce(readFileSync(pidFile, 'utf8'));
    return isAlive(Number(pid)) && startTime(Number(pid)) === since ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}

async function stopGroup(group) {
  signal(group, 'SIGTERM');
  for (let waited = 0; waited < 10_000 && members(group).length > 0; waited += 100) await sleep(100);
  signal(group, 'SIGKILL');
}

function signal(group, name) {
  try {
    process.kill(-group, name);
  } catch (error) {
    if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error;
  }
}

/** The processes of a group with their memory in bytes, zombies left out. */
export function members(group) {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,pgid=,stat=,rss=,args='], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return (stdout ?? '')
    .split('\n')
    .map((line) => line.trim().match(/^(\d+)\s+(\d+)\s+(\S+)\s+(\d+)\s+(.*)$/))
    .filter((fields) => fields && Number(fields[2]) === group && !fields[3].startsWith('Z'))
    .map((fields) => ({ pid: Number(fields[1]), bytes: Number(fields[4]) * 1024, command: fields[5] }));
}

function startTime(pid) {
  return (spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '').trim();
}

function splitOnce(text) {
  const at = text.indexOf(' ');
  return [text.slice(0, at), text.slice(at + 1)];
}
