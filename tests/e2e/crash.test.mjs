// Processes that are killed, and two of them on one database: whatever happens, the database says what the provider says.
import assert from 'node:assert/strict';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { mailboxes, saveDemoSettings } from '../../js/tools/demo-settings.mjs';
import { startInstance } from '../../js/tools/demo/instance.mjs';
import { linkMailbox } from '../../js/tools/demo/link.mjs';
import { startSimulator } from '../../js/tools/demo/simulator.mjs';
import { call } from '../../js/tools/nocobase/api.mjs';
import { assertEqualMails } from './support/comparison.mjs';
import { DIR, PORTS } from './support/ground.mjs';
import { control, stats } from './support/simulator.mjs';

const SIZE = 10_000;
const CRASHES = 10;
/** The most messages that one step asks for: what a crash may make the next process ask for again. */
const PAGE = 500;
const LONGEST_SYNC = 240_000;
/** Of the test with two nodes. */
const SMALL = 1_000;
const OTHERS = {
  google: ['carol@gmail.example', 'erin@gmail.example'],
  microsoft: ['dave@outlook.example', 'frank@outlook.example'],
};

let simulator, site;

before(async () => {
  const others = (type) => OTHERS[type].map((email) => `${email}:${SMALL}`);
  simulator = await startSimulator({
    dir: DIR,
    port: PORTS.simulator,
    google: [`${mailboxes.google}:${SIZE}`, ...others('google')],
    microsoft: [`${mailboxes.microsoft}:${SIZE}`, ...others('microsoft')],
  });
  site = await startInstance({
    dir: DIR,
    ports: PORTS,
    tgz: process.env.EMAIL_MANAGER_PACKAGE,
    prepared: true,
    durable: false,
  });
  await saveDemoSettings(site.url, site.token, simulator.url);
  await site.restart();
});

after(async () => {
  await site?.stop();
  await simulator?.stop();
});

test('a first sync of 20,000 mails whose process is killed ten times stores each of them once', async () => {
  await start([
    ['google', mailboxes.google],
    ['microsoft', mailboxes.microsoft],
  ]);
  // The same moments in every run, spread over the steps as chance would.
  let moment = 7;
  for (let crash = 0; crash < CRASHES; crash += 1) {
    moment = (moment * 16807) % 2147483647;
    await sleep(400 + (moment % 1_600));
    await site.crash(forgetLeases);
  }
  const accounts = await finished(Object.values(mailboxes));
  for (const account of accounts) {
    assert.equal(account.sync.stored, SIZE, account.email);
    await assertEqualMails(site, simulator, account.email);
  }
  const { batchParts } = await stats(simulator);
  const fetched = (batchParts['gmail.messages.get'] ?? 0) + (batchParts['gmail.threads.get'] ?? 0);
  assert.ok(fetched <= SIZE + CRASHES * PAGE, `${fetched} mails were asked for`);
});

test('two processes on one database share the mailboxes and do nothing twice', async () => {
  await site.startNode(PORTS.secondNode);
  await control(simulator, 'reset-stats', {});
  const linked = Object.entries(OTHERS).flatMap(([type, emails]) => emails.map((email) => [type, email]));
  await start(linked);
  for (const account of await finished(linked.map(([, email]) => email))) {
    assert.equal(account.sync.stored, SMALL, account.email);
    await assertEqualMails(site, simulator, account.email);
  }
  const { batchParts, requests } = await stats(simulator);
  const fetched = (batchParts['gmail.messages.get'] ?? 0) + (batchParts['gmail.threads.get'] ?? 0);
  assert.ok(fetched <= OTHERS.google.length * SMALL, `${fetched} mails were asked for`);
  assert.ok(requests, 'the simulator has counted');
});

/** Links mailboxes and lets their first sync begin. */
async function start(mailboxes) {
  for (const [type, email] of mailboxes) await linkMailbox(site.url, site.token, type, email);
  for (const [type, email] of mailboxes)
    await call(site.url, site.token, 'mail:startSync', { body: { email, type, startDate: null } });
}

/** Waits until the first sync of mailboxes has ended, however often it fails on the way. */
async function finished(emails) {
  for (const deadline = Date.now() + LONGEST_SYNC; Date.now() < deadline; await sleep(250)) {
    const { data } = await call(site.url, site.token, 'mail:getMailAccounts');
    const accounts = data.filter(({ email }) => emails.includes(email));
    if (accounts.length === emails.length && accounts.every(({ sync }) => sync.done)) return accounts;
  }
  throw new Error(`${emails} did not settle within ${LONGEST_SYNC / 1000} s`);
}

/** Leases of processes that have ended run out by themselves within three minutes; tests don't wait for that. */
function forgetLeases() {
  return site.postgres.query('nocobase', 'UPDATE "mailAccounts" SET "leaseUntil" = NULL');
}
