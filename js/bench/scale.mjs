// A large mailbox: memory, the event loop, and time for each message. It takes many minutes and runs only by name.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { packPackage } from '../tools/build/package.mjs';
import { demo } from '../tools/common/paths.mjs';
import { saveDemoSettings } from '../tools/demo-settings.mjs';
import { startInstance } from '../tools/demo/instance.mjs';
import { firstSync, linkMailbox } from '../tools/demo/link.mjs';
import { buildSimulator, startSimulator } from '../tools/demo/simulator.mjs';

const SMALL = Number(process.env.EMAIL_MANAGER_BENCH_SMALL ?? 10_000);
const LARGE = Number(process.env.EMAIL_MANAGER_BENCH_LARGE ?? 100_000);
/** Milliseconds between two looks at the progress: looking is work for the host, too. */
const EVERY = 1_000;
const LONGEST = 3_600_000;
const DIR = path.join(demo, 'bench-scale');
const PROBE = path.join(DIR, 'probe');
const PORTS = { nocobase: 13410, database: 13411, simulator: 13412 };
const MAILBOXES = { small: 'small@gmail.example', large: 'large@gmail.example' };

export const names = ['scale.memory_growth_mb', 'scale.step_p99_ms', 'scale.linearity'];
export const onlyByName = true;

export async function run(report) {
  const tgz = await packPackage();
  await buildSimulator();
  rmSync(PROBE, { recursive: true, force: true });
  mkdirSync(PROBE, { recursive: true });
  const simulator = await startSimulator({
    dir: DIR,
    port: PORTS.simulator,
    google: [`${MAILBOXES.small}:${SMALL}`, `${MAILBOXES.large}:${LARGE}`],
    profile: 'bench',
  });
  const env = {
    EMAIL_MANAGER_PROBE: PROBE,
    NODE_OPTIONS: `--require=${path.join(import.meta.dirname, 'probe/probe.cjs')}`,
  };
  const instance = await startInstance({ dir: DIR, ports: PORTS, tgz, fresh: true, env });
  try {
    await saveDemoSettings(instance.url, instance.token, simulator.url);
    const small = await timeOf(instance, MAILBOXES.small);
    writeFileSync(path.join(PROBE, 'begin'), '');
    const large = await timeOf(instance, MAILBOXES.large);
    writeFileSync(path.join(PROBE, 'end'), '');
    const { growth, p99 } = await probed();
    report('scale.memory_growth_mb', growth, 'MB');
    report('scale.step_p99_ms', p99, 'ms');
    report('scale.linearity', large / LARGE / (small / SMALL), '×');
  } finally {
    await instance.stop();
    await simulator.stop();
  }
}

async function timeOf({ url, token }, email) {
  const account = await linkMailbox(url, token, 'google', email);
  const begun = performance.now();
  await firstSync(url, token, account, undefined, EVERY, LONGEST);
  return performance.now() - begun;
}

/** What the host's process has seen: of the processes that report, it is the one with the most memory. */
async function probed() {
  await sleep(2_000);
  const files = readdirSync(PROBE).filter((name) => name.endsWith('.json'));
  const results = files.map((name) => JSON.parse(readFileSync(path.join(PROBE, name), 'utf8')));
  return results.sort((a, b) => b.rss - a.rss)[0];
}
