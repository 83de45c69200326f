// First sync and incremental sync: a real NocoBase on PostgreSQL, the simulator with 50 ms of latency as the provider, and
// the providers' official clients doing the first sync's work beside it.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { packPackage } from '../tools/build/package.mjs';
import { demo } from '../tools/common/paths.mjs';
import { saveDemoSettings } from '../tools/demo-settings.mjs';
import { DATABASE, startInstance } from '../tools/demo/instance.mjs';
import { agree, settled } from '../tools/demo/link.mjs';
import { buildSimulator, startSimulator } from '../tools/demo/simulator.mjs';
import { call } from '../tools/nocobase/api.mjs';
import { installPeers, runPeer } from './peers/run.mjs';
import { median } from '../tools/common/median.mjs';

const MESSAGES = 1_000;
const LATENCY = 50;
const READABLE = 20;
/** Milliseconds between two looks at the database, which cost the host nothing. */
const EVERY = 10;
const LONGEST = 120_000;
/** Each pair is a first sync of ours and one of the official client, one after the other. */
const PAIRS = 5;
const DIR = path.join(demo, 'bench');
const PORTS = { nocobase: 13400, database: 13401, simulator: 13402 };
const PROVIDERS = { gmail: 'google', graph: 'microsoft' };

export const names = Object.keys(PROVIDERS).flatMap((name) => [
  `first_sync.${name}.seconds`,
  `first_sync.${name}.requests`,
  ...(name === 'gmail' ? ['first_sync.gmail.units_per_message'] : []),
  `first_sync.${name}.ratio_vs_official_client`,
  `usable.${name}.seconds`,
  `incremental.${name}.requests`,
  `incremental.${name}.seconds`,
  `idle.${name}.requests`,
]);

export async function run(report) {
  const tgz = await packPackage();
  await buildSimulator();
  await installPeers();
  const simulator = await startSimulator({
    dir: DIR,
    port: PORTS.simulator,
    google: mailboxes('google').map((email) => `${email}:${MESSAGES}`),
    microsoft: mailboxes('microsoft').map((email) => `${email}:${MESSAGES}`),
    profile: 'bench',
  });
  const instance = await startInstance({ dir: DIR, ports: PORTS, tgz, fresh: true });
  const { port, user, password } = instance.postgres;
  const database = new pg.Client({ host: '127.0.0.1', port, user, password, database: DATABASE });
  try {
    await database.connect();
    await saveDemoSettings(instance.url, instance.token, simulator.url);
    await control(simulator, 'latency', { ms: LATENCY });
    for (const [name, type] of Object.entries(PROVIDERS)) {
      await measure(report, { ...instance, database }, simulator, name, type);
    }
  } finally {
    await database.end();
    await instance.stop();
    await simulator.stop();
  }
}

/** A mailbox for each pair: a first sync happens once. */
function mailboxes(type) {
  const domain = { google: 'gmail.example', microsoft: 'outlook.example' }[type];
  return Array.from({ length: PAIRS }, (_, number) => `bench${number + 1}@${domain}`);
}

async function measure(report, instance, simulator, name, type) {
  const pairs = [];
  for (const email of mailboxes(type)) {
    const ours = await syncOnce(instance, simulator, type, email);
    const peer = await runPeer(name, {
      simulator,
      email,
      postgres: instance.postgres,
      database: DATABASE,
    });
    if (peer.stored < MESSAGES) throw new Error(`the official client stored ${peer.stored} messages only`);
    pairs.push({ ...ours, peer: peer.seconds });
  }
  const figure = (of) => median(pairs.map(of));
  report(
    `first_sync.${name}.seconds`,
    figure(({ seconds }) => seconds),
    's',
  );
  report(
    `first_sync.${name}.requests`,
    figure(({ requests }) => requests),
    '',
  );
  if (name === 'gmail')
    report(
      'first_sync.gmail.units_per_message',
      figure(({ units }) => units / MESSAGES),
      'units',
    );
  report(
    `first_sync.${name}.ratio_vs_official_client`,
    figure(({ seconds, peer }) => peer / seconds),
    '×',
  );
  report(
    `usable.${name}.seconds`,
    figure(({ usable }) => usable),
    's',
  );

  const [email] = mailboxes(type);
  await change(simulator, email);
  const incremental = await oneRun(instance, simulator, email);
  report(`incremental.${name}.requests`, incremental.requests, '');
  report(`incremental.${name}.seconds`, incremental.seconds, 's');
  report(`idle.${name}.requests`, (await oneRun(instance, simulator, email)).requests, '');
}

/**
 * The first sync of one mailbox. What its user waits for counts from the callback on, the sync itself from its start: the
 * official client begins with a token, too.
 */
async function syncOnce({ url, token, database }, simulator, type, email) {
  const consent = await call(url, token, `mail:oauth2url?type=${type}&email=${encodeURIComponent(email)}`);
  const body = await agree(consent.data.url, email);
  const calledBack = performance.now();
  const { account } = (await call(url, token, 'mail:oauth2callback', { body })).data;
  const before = await usage(simulator, email);
  const begun = performance.now();
  await call(url, token, 'mail:startSync', { body: { email, type, startDate: null } });
  const usable = await until(database, account, (sync) => sync.stored >= READABLE);
  const done = await until(database, account, (sync) => sync.done);
  const { rows } = await database.query(
    'SELECT count(*)::int AS count FROM "mailMessages" WHERE "accountId" = $1',
    [account.id],
  );
  if (rows[0].count < MESSAGES) throw new Error(`only ${rows[0].count} of ${MESSAGES} messages were stored`);
  return {
    seconds: (done - begun) / 1000,
    usable: (usable - calledBack) / 1000,
    ...difference(await usage(simulator, email), before),
  };
}

/** When the progress of an account, as it is committed, has come so far. */
async function until(database, { id }, condition) {
  for (const deadline = performance.now() + LONGEST; performance.now() < deadline; await sleep(EVERY)) {
    const { rows } = await database.query(
      'SELECT "status", "syncState" FROM "mailAccounts" WHERE "id" = $1',
      [id],
    );
    const [{ status, syncState }] = rows;
    if (status !== 'ready') throw new Error(`the account is ${status}`);
    if (condition(syncState)) return performance.now();
  }
  throw new Error(`the first sync did not end within ${LONGEST / 1000} s`);
}

/** Three changes at the provider: a mail arrives, one is read, one is deleted. */
async function change(simulator, email) {
  const state = await (
    await fetch(`${simulator.url}/control/state?mailbox=${encodeURIComponent(email)}`)
  ).json();
  const [read, deleted] = state.messages.map((message) => message.id);
  await control(simulator, 'deliver', {
    mailbox: email,
    subject: 'Bench',
    from: 'ann@shop.example',
    text: 'One more.',
  });
  await control(simulator, 'mark', { mailbox: email, id: read, read: true });
  await control(simulator, 'delete', { mailbox: email, id: deleted });
}

async function oneRun({ url, token }, simulator, email) {
  const before = await usage(simulator, email);
  const { lastRunAt } = (await call(url, token, 'mail:getMailAccounts')).data.find(
    (each) => each.email === email,
  ).sync;
  const begun = performance.now();
  await call(url, token, 'mail:messagesSync', { body: { emails: [email] } });
  await settled(url, token, email, ({ sync }) => sync.lastRunAt !== lastRunAt);
  const seconds = (performance.now() - begun) / 1000;
  return { seconds, ...difference(await usage(simulator, email), before) };
}

async function usage(simulator, email) {
  const stats = await (await fetch(`${simulator.url}/control/stats`)).json();
  return stats.mailboxes[email];
}

function difference(after, before) {
  return { requests: after.requests - before.requests, units: (after.units ?? 0) - (before.units ?? 0) };
}

async function control(simulator, command, body) {
  const answer = await fetch(`${simulator.url}/control/${command}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  if (!answer.ok)
    throw new Error(`the simulator refused ${command}: ${answer.status} ${await answer.text()}`);
}
