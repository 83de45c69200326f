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
/** Gmail's figures have the plain names. */
const PROVIDERS = [
  { type: 'google', domain: 'gmail.example', prefix: 'scale' },
  { type: 'microsoft', domain: 'outlook.example', prefix: 'scale.graph' },
];
const FIGURES = ['memory_growth_mb', 'step_p99_ms', 'linearity'];

export const names = PROVIDERS.flatMap(({ prefix }) => FIGURES.map((figure) => `${prefix}.${figure}`));
export const onlyByName = true;

export async function run(report) {
  const tgz = await packPackage();
  await buildSimulator();
  for (const provider of PROVIDERS) await measure(report, tgz, provider);
}

/** In a NocoBase of its own: what the one before has grown by is not what the next one grows by. */
async function measure(report, tgz, { type, domain, prefix }) {
  const mailboxes = { small: `small@${domain}`, large: `large@${domain}` };
  rmSync(PROBE, { recursive: true, force: true });
  mkdirSync(PROBE, { recursive: true });
  const simulator = await startSimulator({
    dir: DIR,
    port: PORTS.simulator,
    [type]: [`${mailboxes.small}:${SMALL}`, `${mailboxes.large}:${LARGE}`],
    profile: 'bench',
  });
  const env = {
    EMAIL_MANAGER_PROBE: PROBE,
    NODE_OPTIONS: `--require=${path.join(import.meta.dirname, 'probe/probe.cjs')}`,
  };
  const instance = await startInstance({ dir: DIR, ports: PORTS, tgz, fresh: true, env });
  try {
    await saveDemoSettings(instance.url, instance.token, simulator.url);
    const small = await timeOf(instance, type, mailboxes.small);
    writeFileSync(path.join(PROBE, 'begin'), '');
    const large = await timeOf(instance, type, mailboxes.large);
    writeFileSync(path.join(PROBE, 'end'), '');
    const { growth, p99 } = await probed();
    report(`${prefix}.memory_growth_mb`, growth, 'MB');
    report(`${prefix}.step_p99_ms`, p99, 'ms');
    report(`${prefix}.linearity`, large / LARGE / (small / SMALL), '×');
  } finally {
    await instance.stop();
    await simulator.stop();
  }
}

async function timeOf({ url, token }, type, email) {
  const account = await linkMailbox(url, token, type, email);
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
