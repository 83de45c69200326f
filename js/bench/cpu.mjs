// What a thousand mails cost in processor time: the module's whole first sync, from the provider's answers to the rows for the
// database, against the same mails read by postal-mime and made harmless by sanitize-html. Neither the network nor a database
// is part of it.
import path from 'node:path';
import { median } from '../tools/common/median.mjs';
import { demo } from '../tools/common/paths.mjs';
import { buildSimulator, startSimulator } from '../tools/demo/simulator.mjs';
import { accessToken, installPeers, outputOf } from './peers/run.mjs';

const MESSAGES = 1_000;
const PAIRS = 5;
const EMAIL = 'cpu@gmail.example';
const DIR = path.join(demo, 'bench-cpu');
const PORT = 13422;

export const names = ['cpu.ratio_vs_javascript'];

export async function run(report) {
  await buildSimulator();
  await installPeers();
  const simulator = await startSimulator({
    dir: DIR,
    port: PORT,
    google: `${EMAIL}:${MESSAGES}`,
    profile: 'bench',
  });
  try {
    const ratios = [];
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const ours = await costs('cpu/module.mjs', { simulator: simulator.url, email: EMAIL });
      const token = await accessToken(simulator, EMAIL);
      const peer = await costs('peers/javascript.mjs', { root: `${simulator.url}/google/`, token });
      ratios.push(peer / ours);
    }
    report('cpu.ratio_vs_javascript', median(ratios), '×');
  } finally {
    await simulator.stop();
  }
}

/** Seconds of processor time for one mail, in a process of its own that has done the same once before. */
async function costs(script, task) {
  const { cpuSeconds, mails } = JSON.parse(
    await outputOf(path.join(import.meta.dirname, script), JSON.stringify(task)),
  );
  if (mails !== MESSAGES) throw new Error(`${script} has read ${mails} of ${MESSAGES} mails`);
  return cpuSeconds / mails;
}
