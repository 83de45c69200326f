// Two server processes on one database and 200 mailboxes whose tokens expire together, at providers that end a grant when a
// refresh token is used twice: exactly one refresh each, none lost, none revoked by mistake.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { demo } from '../../js/tools/common/paths.mjs';
import { demoSettings } from '../../js/tools/demo-settings.mjs';
import { agree } from '../../js/tools/demo/link.mjs';
import { startSimulator } from '../../js/tools/demo/simulator.mjs';
import { startPostgres } from '../../js/tools/nocobase/postgres.mjs';
import { PORTS } from './support/ground.mjs';
import { openModule } from './support/module.mjs';
import { control } from './support/simulator.mjs';

const DIR = path.join(demo, 'renewal');
const EACH = 100;
const LATENCY_MS = 30;

const mailboxes = ['google', 'microsoft'].flatMap((type) =>
  Array.from({ length: EACH }, (_, number) => ({ type, email: `user${number}@${type}.example` })),
);

let postgres, simulator, module, database;

before(async () => {
  const of = (type) => mailboxes.filter((each) => each.type === type).map(({ email }) => `${email}:1`);
  const [google, microsoft] = [of('google'), of('microsoft')];
  simulator = await startSimulator({ dir: DIR, port: PORTS.simulator, google, microsoft });
  postgres = await startPostgres({ dir: path.join(DIR, 'postgres'), port: PORTS.database, durable: false });
  await postgres.dropDatabase('renewal');
  await postgres.createDatabase('renewal');
  database = { port: postgres.port, user: postgres.user, password: postgres.password, name: 'renewal' };
  module = await openModule(database);
  for (const [section, values] of Object.entries(demoSettings(simulator.url))) {
    await module.call('saveSettings', { section, values });
  }
  for (const { type, email } of mailboxes) {
    const { url } = await module.call('oauth2url', { type, email });
    await module.call('oauth2callback', await agree(url, email));
    await module.call('startSync', { email, type, startDate: null });
  }
  while (await module.step());
});

after(async () => {
  await module?.close();
  await postgres?.stop();
  await simulator?.stop();
});

test('200 tokens that expire together are refreshed once each by two processes, again and again', async () => {
  await control(simulator, 'application', { singleUseRefreshTokens: true });
  await control(simulator, 'latency', { ms: LATENCY_MS });
  let versions = await tokenVersions();
  assert.equal(versions.length, mailboxes.length);
  // A token that was lost, or stored after its successor, shows in the next round: the provider takes only the last one.
  for (const round of [1, 2]) {
    await expireAll();
    await control(simulator, 'reset-stats', {});
    assert.deepEqual(await twoProcesses(), [], `round ${round}`);
    const { refreshes } = await (await fetch(`${simulator.url}/control/stats`)).json();
    const once = Object.fromEntries(mailboxes.map(({ email }) => [email, 1]));
    assert.deepEqual(refreshes, once, `round ${round}`);
    const accounts = await module.call('getMailAccounts');
    const states = new Set(accounts.map(({ status }) => status));
    assert.deepEqual([accounts.length, [...states]], [mailboxes.length, ['ready']], `round ${round}`);
    const next = await tokenVersions();
    assert.deepEqual(
      next,
      versions.map((version) => version + 1),
      `round ${round}: each was stored once`,
    );
    versions = next;
  }
});

/** How often the tokens of each account were replaced. */
async function tokenVersions() {
  const [rows] = await module.db.sequelize.query(
    'SELECT token_version AS version FROM mail_accounts ORDER BY id',
  );
  return rows.map(({ version }) => Number(version));
}

/** All access tokens are over, here and at the provider, and every mailbox is due. */
async function expireAll() {
  await control(simulator, 'expire-access-tokens', {});
  await module.db.sequelize.query(
    'UPDATE mail_accounts SET access_token_expires_at = now(), next_sync_at = now()',
  );
}

/** Lets two processes begin at the same moment, and gives back what failed in them. */
async function twoProcesses() {
  const script = path.join(import.meta.dirname, 'support/renewing.mjs');
  const processes = [1, 2].map(() => fork(script, [JSON.stringify({ database, mailboxes })]));
  await Promise.all(processes.map((each) => once(each, 'message')));
  const ends = processes.map((each) => once(each, 'message'));
  for (const each of processes) each.send('begin');
  const told = await Promise.all(ends);
  return told.flatMap(([{ failures }]) => failures);
}
