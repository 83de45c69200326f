// The built module against a hostile host: whatever the host does, each call ends with an answer or an EmailManagerError, and the
// process lives on.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { pkg } from '../../tools/common/paths.mjs';

const file = path.join(pkg, 'dist/wasm/email_manager.js');
const { EmailManager, manifest } = createRequire(import.meta.url)(file);

const request = {
  resource: 'mail',
  action: 'getMailAccounts',
  params: {},
  values: {},
  user: { id: 1, canConfigure: false },
  origin: 'https://crm.example.com',
  language: 'en-US',
};

/** A host with nothing stored and nobody to talk to. */
const peaceful = {
  fetch: () => Promise.reject(new Error('no network')),
  allowOrigins() {},
  find: async () => [],
  count: async () => 0,
  commit: async () => true,
  now: () => 1772366400000,
  sleep: async () => {},
  random: (length) => new Uint8Array(length).fill(7),
  applicationKey: () => new Uint8Array(32).fill(1),
  environment: () => null,
  decodeText: () => null,
  emit() {},
  log() {},
};

const calls = {
  enable: (manager) => manager.enable(),
  action: (manager) => manager.action(request),
  schedule: (manager) => manager.runSchedule(manifest().schedules[0].name),
};

const hostilities = {
  'throws an Error': () => {
    throw new Error('why');
  },
  'throws text': () => {
    throw 'why';
  },
  'throws nothing': () => {
    throw undefined;
  },
  'rejects with an Error': () => Promise.reject(new Error('why')),
  'rejects with text': () => Promise.reject('why'),
  'rejects with nothing': () => Promise.reject(),
  'returns undefined': () => undefined,
  'returns null': () => null,
  'returns a number': () => 5,
  'returns text': () => 'text',
  'returns a bigint': () => 5n,
  'returns rows with bigints': () => [{ id: 1n }],
  'returns rows that are none': () => [null, 5, 'text', []],
  'returns a cycle': () => {
    const list = [];
    list.push(list);
    return list;
  },
  'returns a proxy that throws': () =>
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('why');
        },
        ownKeys: () => {
          throw new Error('why');
        },
      },
    ),
};

function assertOurs(error, context) {
  assert.ok(error instanceof Error, context);
  assert.equal(error.name, 'EmailManagerError', context);
  assert.match(error.code, /^[a-z_]+$/, context);
  assert.equal(typeof error.message, 'string', context);
  assert.equal(typeof error.sentence, 'string', context);
  assert.equal(typeof error.retryable, 'boolean', context);
  assert.ok(error.httpStatus >= 400 && error.httpStatus < 600, context);
}

test('the manifest is plain JSON and consistent', () => {
  const described = manifest();
  assert.deepEqual(JSON.parse(JSON.stringify(described)), described);
  assert.equal(described.namespace, 'nocobase-plugin-email-manager');
  assert.equal(described.snippet, 'pm.mail');
  for (const { fields, indexes } of described.collections) {
    const names = fields.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const index of indexes)
      assert.ok(
        index.fields.every((name) => names.includes(name)),
        index.fields.join(),
      );
  }
  for (const { access } of described.actions) assert.ok(['public', 'loggedIn', 'settings'].includes(access));
  for (const origin of described.origins) assert.equal(new URL(origin).origin, origin);
});

test('with a peaceful host every call succeeds', async () => {
  const manager = new EmailManager(peaceful);
  assert.equal(await calls.enable(manager), undefined);
  assert.deepEqual((await calls.action(manager)).body, []);
  assert.equal((await calls.schedule(manager)).again, false);
  manager.free();
});

for (const [what, behave] of Object.entries(hostilities)) {
  test(`a host that ${what}`, async () => {
    for (const broken of [...Object.keys(peaceful).map((name) => [name]), Object.keys(peaceful)]) {
      const host = { ...peaceful, ...Object.fromEntries(broken.map((name) => [name, behave])) };
      const manager = new EmailManager(host);
      for (const [name, call] of Object.entries(calls)) {
        await call(manager).catch((error) => assertOurs(error, `${name} with ${broken}`));
      }
      manager.free();
    }
    // The list of accounts can't be answered without a list.
    const error = await calls
      .action(new EmailManager({ ...peaceful, find: behave }))
      .catch((thrown) => thrown);
    assertOurs(error, 'action');
    assert.match(error.message, /find/);
  });
}

test('a host that lacks every function', async () => {
  const manager = new EmailManager({});
  for (const [name, call] of Object.entries(calls)) {
    assertOurs(await call(manager).catch((error) => error), name);
  }
});

test('requests of the wrong shape are refused', async () => {
  const manager = new EmailManager(peaceful);
  for (const wrong of [
    undefined,
    null,
    5,
    'text',
    [],
    {},
    { ...request, user: 'root' },
    { ...request, values: 1n },
  ]) {
    assertOurs(await manager.action(wrong).catch((error) => error));
  }
  assertOurs(await manager.action({ ...request, action: 'neverHeardOf' }).catch((error) => error));
});

test('a call that is freed under way still ends', async () => {
  const questions = [];
  let isFreed = false;
  const find = () => new Promise((resolve) => (isFreed ? resolve([]) : questions.push(resolve)));
  const manager = new EmailManager({ ...peaceful, find });
  const pending = calls.action(manager);
  await new Promise((resolve) => setImmediate(resolve));
  manager.free();
  isFreed = true;
  assert.equal(questions.length, 1);
  questions[0]([]);
  assert.deepEqual((await pending).body, []);
  assert.throws(() => calls.action(manager));
});

test('a host that never answers leaves other calls alone', async () => {
  const manager = new EmailManager({ ...peaceful, find: () => new Promise(() => {}) });
  const hanging = calls.action(manager);
  assert.deepEqual((await calls.action(new EmailManager(peaceful))).body, []);
  const first = await Promise.race([
    hanging,
    new Promise((resolve) => setTimeout(resolve, 20, 'still waiting')),
  ]);
  assert.equal(first, 'still waiting');
});

test('the module works among frozen intrinsics', () => {
  const script = `
    const { EmailManager, manifest } = require(${JSON.stringify(file)});
    const host = { find: () => Promise.reject('text'), now: () => 0, log() {} };
    new EmailManager(host).action(${JSON.stringify(request)}).catch((error) => {
      console.log(manifest().snippet, error.name, error.code);
    });`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--frozen-intrinsics', '-e', script], {
    encoding: 'utf8',
  });
  assert.equal(stdout.trim(), 'pm.mail EmailManagerError storage_failed', stderr);
});
