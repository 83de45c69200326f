// Sending: how many requests one plain mail takes from the click until it is known to be among the sent mails.
import path from 'node:path';
import { packPackage } from '../tools/build/package.mjs';
import { median } from '../tools/common/median.mjs';
import { demo } from '../tools/common/paths.mjs';
import { mailboxes, saveDemoSettings } from '../tools/demo-settings.mjs';
import { startInstance } from '../tools/demo/instance.mjs';
import { firstSync, linkMailbox } from '../tools/demo/link.mjs';
import { buildSimulator, startSimulator } from '../tools/demo/simulator.mjs';
import { call, until } from '../tools/nocobase/api.mjs';

const MAILS = 3;
/** What only a synchronization asks for. */
const OF_SYNC = /batch|delta|history|labels|profile|folders|token/i;
const STORED = 20;
const DIR = path.join(demo, 'bench');
const PORTS = { nocobase: 13400, database: 13401, simulator: 13402 };
const PROVIDERS = { gmail: 'google', graph: 'microsoft' };

export const names = Object.keys(PROVIDERS).map((name) => `send.requests.${name}`);

export async function run(report) {
  const tgz = await packPackage();
  await buildSimulator();
  const sizes = Object.entries(mailboxes).map(([type, email]) => [type, `${email}:${STORED}`]);
  const simulator = await startSimulator({
    dir: DIR,
    port: PORTS.simulator,
    ...Object.fromEntries(sizes),
    profile: 'bench',
  });
  const instance = await startInstance({ dir: DIR, ports: PORTS, tgz, fresh: true });
  try {
    await saveDemoSettings(instance.url, instance.token, simulator.url);
    for (const [name, type] of Object.entries(PROVIDERS)) {
      const email = mailboxes[type];
      const { url, token } = instance;
      await firstSync(url, token, await linkMailbox(url, token, type, email));
      const counts = [];
      for (let mail = 0; mail < MAILS; mail += 1) counts.push(await sendOne(instance, simulator, email));
      report(`send.requests.${name}`, median(counts), '');
    }
  } finally {
    await instance.stop();
    await simulator.stop();
  }
}

/** The requests for one mail, without those of the synchronization that every sent mail brings about. */
async function sendOne({ url, token }, simulator, email) {
  const requests = async () => {
    const { requests } = await (await fetch(`${simulator.url}/control/stats`)).json();
    const own = Object.entries(requests).filter(([method]) => !OF_SYNC.test(method));
    return own.reduce((sum, [, count]) => sum + count, 0);
  };
  const before = await requests();
  const { data: sent } = await call(url, token, 'mail:messageSend', {
    body: {
      accountEmail: email,
      to: ['ann@customer.example'],
      subject: 'Bench',
      body: '<p>Hello</p>',
      undoSeconds: 0,
    },
  });
  const isConfirmed = async () =>
    (await call(url, token, `mailOutbox:get?id=${sent.id}`)).data.state === 'confirmed';
  await until(isConfirmed, 'the mail was not confirmed');
  return (await requests()) - before;
}
