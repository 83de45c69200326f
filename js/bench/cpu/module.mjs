// The module alone: a first sync against answers that were recorded a moment ago, its rows counted and dropped.
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import process from 'node:process';
import { createRequire } from 'node:module';
import { pkg } from '../../tools/common/paths.mjs';
import { demoSettings } from '../../tools/demo-settings.mjs';
import { agree } from '../../tools/demo/link.mjs';
import { Store } from './store.mjs';

const { EmailManager, manifest } = createRequire(import.meta.url)(
  path.join(pkg, 'dist/wasm/email_manager.js'),
);
const KEY = randomBytes(32);
const { simulator, email } = JSON.parse(process.argv[2]);

const recorder = recording();
const linked = new Store(manifest().collections);
await link(new EmailManager(host(linked, fetch)));
// The first time is not counted: the engine translates what is used often.
await synchronise(linked.copy(), recorder.record);
const store = linked.copy();
const cpu = process.cpuUsage();
await synchronise(store, recorder.replay);
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(JSON.stringify({ cpuSeconds: (user + system) / 1e6, mails: store.mails }));

async function link(manager) {
  const user = { id: 1, canConfigure: true, canLink: true };
  const call = async (action, params = {}, values = {}) =>
    (
      await manager.action({
        resource: 'mail',
        action,
        params,
        values,
        user,
        origin: 'http://127.0.0.1:13000',
      })
    ).body;
  await manager.enable();
  await call('saveSettings', {}, { section: 'google', values: demoSettings(simulator).google });
  const { url } = await call('oauth2url', { type: 'google', email });
  const { account } = await call('oauth2callback', {}, await agree(url, email));
  await call('startSync', {}, { email, type: account.type, startDate: null });
}

async function synchronise(records, exchange) {
  const manager = new EmailManager(host(records, exchange));
  await manager.enable();
  while ((await manager.runSchedule('sync')).again);
  manager.free();
}

function host(records, exchange) {
  return {
    fetch: exchange,
    allowOrigins: () => {},
    find: async (query) => records.find(query),
    count: async (collection, filter) => records.count(collection, filter),
    commit: async (operations) => records.commit(operations),
    now: () => Date.now(),
    sleep: async () => {},
    random: (length) => randomBytes(length),
    applicationKey: () => KEY,
    environment: () => null,
    decodeText: (label, bytes) => new TextDecoder(label).decode(bytes),
    emit: () => {},
    log: (level, message) => process.stderr.write(`${level}: ${message}\n`),
  };
}

/** Exchanges that are kept by what was asked, and given again in the same order. */
function recording() {
  const answers = new Map();
  const asked = async (request) => `${request.method} ${request.url} ${await request.text()}`;
  return {
    record: async (request) => {
      const key = await asked(request.clone());
      const answer = await fetch(request);
      const kept = { status: answer.status, type: answer.headers.get('content-type') ?? '' };
      kept.body = await answer.arrayBuffer();
      answers.set(key, [...(answers.get(key) ?? []), kept]);
      return response(kept);
    },
    replay: async (request) => {
      const kept = answers.get(await asked(request))?.shift();
      if (!kept) throw new Error('the second time something else is asked');
      return response(kept);
    },
  };
}

function response({ status, type, body }) {
  return new Response(body, { status, headers: { 'content-type': type } });
}
