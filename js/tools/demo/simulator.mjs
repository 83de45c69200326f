// The stand-in for Google and Microsoft: built from tests/simulator, run beside NocoBase.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../common/errors.mjs';
import { cargoTarget } from '../common/paths.mjs';
import { requireCargo, requirePort } from '../common/preflight.mjs';
import { startGroup, stopRemembered } from '../common/processes.mjs';
import { step } from '../common/report.mjs';
import { run } from '../common/run.mjs';

const LONGEST_START = 60_000;

/** Compiles the simulator with the person's own toolchain. */
export async function buildSimulator() {
  requireCargo();
  step('building the simulator');
  await run(
    'cargo',
    ['build', '--release', '--locked', '--package', 'email-manager-simulator', '--bin', 'simulator'],
    {
      failure: 'The simulator does not compile; the compiler says why above.',
    },
  );
}

/**
 * Starts the simulator on 127.0.0.1 and waits until it listens: the one that buildSimulator compiled, or the one that
 * EMAIL_MANAGER_SIMULATOR names.
 *
 * @param {object} options
 * @param {string} options.dir where its log and its process id are kept
 * @param {number} options.port
 * @param {string|string[]} [options.google] mailboxes at Google, as `address:size`
 * @param {string|string[]} [options.microsoft] mailboxes at Microsoft, as `address:size`
 * @param {'business'|'bench'} [options.profile] what the mailboxes hold
 * @returns {Promise<{url: string, pid: number, stop(): Promise<void>, exited: Promise<number|null>}>}
 */
export async function startSimulator({ dir, port, google, microsoft, profile }) {
  const pidFile = path.join(dir, 'simulator.pid');
  const log = path.join(dir, 'simulator.log');
  await stopRemembered(pidFile);
  await requirePort(port, 'the simulator', 'SIMULATOR_PORT');
  step(`starting the simulator on 127.0.0.1:${port}`);
  const args = ['--port', String(port)];
  for (const mailbox of [google ?? []].flat()) args.push('--google', mailbox);
  for (const mailbox of [microsoft ?? []].flat()) args.push('--microsoft', mailbox);
  if (profile) args.push('--profile', profile);
  const binary = process.env.EMAIL_MANAGER_SIMULATOR ?? path.join(cargoTarget, 'release/simulator');
  const simulator = startGroup(binary, args, { cwd: dir, log, pidFile });
  await untilListening(simulator, log);
  return { ...simulator, url: `http://127.0.0.1:${port}` };
}

async function untilListening(simulator, log) {
  let ended = false;
  simulator.exited.then(() => (ended = true));
  for (const deadline = Date.now() + LONGEST_START; Date.now() < deadline && !ended; await sleep(50)) {
    if (readFileSync(log, 'utf8').includes('listening on')) return;
  }
  await simulator.stop();
  throw new UserError(`The simulator did not start; ${log} says why.`);
}
