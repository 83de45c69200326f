// Child processes that are waited for.
import { spawn, spawnSync } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import path from 'node:path';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { root } from './paths.mjs';
import { UserError } from './errors.mjs';

const running = new Set();

/** Asks every command still running to stop; for a tool that was interrupted. */
export function stopRunning() {
  for (const child of running) child.kill('SIGTERM');
}

/**
 * Runs a command to its end and returns what it wrote.
 *
 * `quiet` keeps its output back and shows the last lines only if it fails; otherwise it goes to standard error as it comes.
 * `uid` and `gid` run it as another account; `yielding` leaves the processors to whatever else runs. `failure` is the line shown instead of the command when it fails. `allowFailure` returns the code instead of throwing.
 *
 * @returns {Promise<{code: number, output: string}>}
 */
export function run(
  command,
  args,
  { cwd = root, env = {}, quiet = false, failure, allowFailure = false, yielding = false, uid, gid } = {},
) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      uid,
      gid,
    });
    running.add(child);
    if (yielding && child.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output += text;
        if (!quiet) process.stderr.write(text);
      });
    }
    child.on('error', (error) => {
      running.delete(child);
      reject(new UserError(failure ?? `${command} cannot be run: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      const exit = code ?? 128 + (constants.signals[signal] ?? 0);
      if (exit === 0 || allowFailure) return resolve({ code: exit, output });
      const shown = quiet ? `${lastLines(output, 20)}\n` : '';
      reject(new UserError(shown + (failure ?? `${[command, ...args].join(' ')} ended with ${exit}`)));
    });
  });
}

/** What a short command prints, trimmed; undefined when it isn't there or fails. */
export function capture(command, args, env = {}) {
  const { status, stdout } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return status === 0 ? stdout.trim() : undefined;
}

/** The full path of a command on PATH, or undefined. */
export function which(command, search = process.env.PATH ?? '') {
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of search.split(path.delimiter)) {
    for (const extension of extensions) {
      const file = path.join(folder, command + extension);
      if (folder && existsSync(file)) return file;
    }
  }
  return undefined;
}

function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
