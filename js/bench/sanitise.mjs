// How fast the HTML of mails is made harmless: the sanitiser alone, compiled as in the module, against sanitize-html and
// DOMPurify on the same mails.
import path from 'node:path';
import { buildModules } from '../tools/build/wasm.mjs';
import { median } from '../tools/common/median.mjs';
import { demo } from '../tools/common/paths.mjs';
import { buildSimulator, startSimulator } from '../tools/demo/simulator.mjs';
import { accessToken, installPeers, outputOf } from './peers/run.mjs';

const MESSAGES = 1_000;
const PAIRS = 5;
const EMAIL = 'sanitise@gmail.example';
const DIR = path.join(demo, 'bench-sanitise');
const PORT = 13423;
const MODULE = {
  title: 'sanitiser',
  step: 'bench-sanitise',
  crate: 'email-manager-bench-sanitise',
  name: 'sanitise',
  folder: path.join(DIR, 'module'),
  sources: ['src/sanitize', 'js/bench/sanitise'],
};
const PEERS = {
  'sanitise.ratio_vs_sanitize_html': 'sanitize-html',
  'sanitise.ratio_vs_dompurify': 'dompurify',
};

export const names = Object.keys(PEERS);

export async function run(report) {
  await buildModules({ crates: [MODULE] });
  await buildSimulator();
  await installPeers();
  const simulator = await startSimulator({
    dir: DIR,
    port: PORT,
    google: `${EMAIL}:${MESSAGES}`,
    profile: 'bench',
  });
  try {
    for (const [name, peer] of Object.entries(PEERS)) {
      const ratios = [];
      for (let pair = 0; pair < PAIRS; pair += 1) {
        const ours = await secondsOf(simulator, 'ours');
        ratios.push((await secondsOf(simulator, peer)) / ours);
      }
      report(name, median(ratios), '×');
    }
  } finally {
    await simulator.stop();
  }
}

/** Seconds for all mails, in a process of its own that has done the same once before. */
async function secondsOf(simulator, sanitiser) {
  const task = {
    root: `${simulator.url}/google/`,
    token: await accessToken(simulator, EMAIL),
    sanitiser,
    module: path.join(MODULE.folder, 'sanitise.js'),
  };
  const script = path.join(import.meta.dirname, 'peers/sanitise.mjs');
  return JSON.parse(await outputOf(script, JSON.stringify(task))).seconds;
}
