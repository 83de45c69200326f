// The providers' official clients, doing the same work beside us.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { js } from '../../tools/common/paths.mjs';
import { step } from '../../tools/common/report.mjs';
import { run } from '../../tools/common/run.mjs';

const FOLDER = path.join(js, 'bench/peers');
const ROOTS = { gmail: '/google/', graph: '/microsoft/graph/' };

/** Installs the peers where they are not. */
export async function installPeers() {
  const marker = path.join(FOLDER, 'node_modules/.installed-lock');
  const lock = readFileSync(path.join(FOLDER, 'package-lock.json'), 'utf8');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock) return;
  step('installing the official clients to compare with');
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: FOLDER });
  writeFileSync(marker, lock);
}

/** Lets a peer fetch and store a mailbox: how long it took, and how much it stored. */
export async function runPeer(name, { simulator, email, postgres, database }) {
  const token = await accessToken(simulator, email);
  const { port, user, password } = postgres;
  const task = {
    root: `${simulator.url}${ROOTS[name]}`,
    token,
    database: { host: '127.0.0.1', port, user, password, database },
  };
  return JSON.parse(await outputOf(path.join(FOLDER, `${name}.mjs`), JSON.stringify(task)));
}

/** A token for a mailbox, without anybody agreeing. */
export async function accessToken(simulator, email) {
  const granted = await fetch(`${simulator.url}/control/grant`, {
    method: 'POST',
    body: JSON.stringify({ mailbox: email }),
  });
  return (await granted.json()).access_token;
}

/** What a script prints that runs in a process of its own. */
export function outputOf(script, argument) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`${script} ended with ${code}`)),
    );
  });
}
