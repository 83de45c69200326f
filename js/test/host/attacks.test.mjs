// Attacks over HTTP on every action of the manifest, in a real NocoBase with the built module: requests of other sites, of people
// without the permission, and bodies made to break something. A new action is attacked without being named here.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pkg } from '../../tools/common/paths.mjs';
import { startApplication } from './application.mjs';
import { dialects, loadServer, requireNocobase } from './nocobase.mjs';

const wasm = createRequire(import.meta.url)(path.join(pkg, 'dist/wasm/email_manager.js'));
const { actions, collections } = wasm.manifest();
// NocoBase itself wants to know which record an update or a destroy is about.
const paths = actions.map(({ resource, name }) => `${resource}:${name}?filterByTk=1`);

describe('attacks on the module in NocoBase', () => {
  let database, running, tokens, answered;

  before(async () => {
    database = await dialects.postgres();
    const requireHost = await requireNocobase();
    // Counts what comes as far as the module.
    class Watched extends wasm.EmailManager {
      action(request) {
        answered.push(`${request.resource}:${request.action}`);
        return super.action(request);
      }
    }
    answered = [];
    const module = { ...wasm, EmailManager: Watched };
    const requireModule = (name) => (name === 'email-manager' ? module : requireHost(name));
    const { default: plugin } = await loadServer('index.ts', requireModule);
    running = await startApplication(requireHost, database.options, plugin);
    const root = await running.signInRoot();
    const create = (url, body) => running.call(root, 'POST', url, { body });
    await create('roles:create', {
      name: 'plain',
      title: 'plain',
      snippets: ['!ui.*', '!pm', '!pm.*'],
      strategy: { actions: ['view', 'create', 'update', 'destroy', 'export', 'importXlsx'] },
    });
    await create('users:create', { username: 'plain', password: 'Passw0rd!', roles: [{ name: 'plain' }] });
    tokens = { root, plain: await running.signIn('plain', 'Passw0rd!') };
    const values = { clientId: 'client', clientSecret: 's3cret words', enabled: true };
    const saved = await create('mail:saveSettings', { section: 'google', values });
    assert.equal(saved.status, 200, saved.bytes.toString());
  });

  after(async () => {
    await running?.close();
    await database?.stop();
  });

  /** Everything in the plugin's tables, as text. */
  async function stored() {
    const tables = {};
    for (const { name } of collections) {
      const table = running.app.db.getCollection(name).model.getTableName();
      const [rows] = await running.app.db.sequelize.query(
        `SELECT * FROM ${running.app.db.sequelize.getQueryInterface().quoteIdentifier(table)} ORDER BY 1`,
      );
      tables[name] = rows;
    }
    return JSON.stringify(tables);
  }

  async function assertNothingHappens(attack) {
    const before = await stored();
    answered.length = 0;
    for (const url of paths) await attack(url);
    assert.deepEqual(answered, [], 'an action was answered');
    assert.equal(await stored(), before);
  }

  test('a form, a picture or a script of another site reaches no action, whatever cookies the browser adds', async () => {
    const cookie = ['token', 'NOCOBASE_TOKEN', 'authorization', 'nocobase_token', 'access_token']
      .map((name) => `${name}=${tokens.root}`)
      .join('; ');
    const site = {
      cookie,
      origin: 'https://evil.example',
      referer: 'https://evil.example/',
      'sec-fetch-site': 'cross-site',
    };
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json',
    ];
    await assertNothingHappens(async (url) => {
      const attempts = [
        { method: 'GET' },
        { method: 'HEAD' },
        ...types.map((type) => ({ method: 'POST', type, body: 'section=google&email=a' })),
      ];
      for (const { method, type, body } of attempts) {
        const headers = { ...site, ...(type ? { 'content-type': type } : {}) };
        const answer = await fetch(running.base + url, { method, headers, body });
        assert.ok([400, 401].includes(answer.status), `${method} ${url} ${type}: ${answer.status}`);
        assert.equal(
          answer.headers.get('access-control-allow-credentials'),
          null,
          'another site may not read with cookies',
        );
      }
    });
  });

  test('nobody without a login, with a forged one or with one that has ended reaches an action', async () => {
    const [header, payload] = tokens.root.split('.');
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    const over = await running.signIn('plain', 'Passw0rd!');
    assert.equal((await running.call(over, 'POST', 'auth:signOut')).status, 200);
    const forged = [null, 'x', `${header}.${payload}.x`, `${none}.${payload}.`, over];
    await assertNothingHappens(async (url) => {
      for (const token of forged) {
        for (const method of ['GET', 'POST']) {
          const answer = await running.call(token, method, url, method === 'POST' ? { body: {} } : {});
          assert.equal(answer.status, 401, `${method} ${url} with ${token?.slice(0, 8)}`);
        }
      }
    });
  });

  test('every action of the settings is refused to a role that may do everything but configure', async () => {
    const settings = new Set(
      actions
        .filter(({ access }) => access === 'settings')
        .map(({ resource, name }) => `${resource}:${name}`),
    );
    assert.ok(settings.size >= 10);
    const body = {
      section: 'google',
      type: 'google',
      values: { clientId: 'changed' },
      user: { id: 1, canConfigure: true },
    };
    await assertNothingHappens(async (url) => {
      if (!settings.has(url)) return;
      for (const headers of [{}, { 'x-role': 'plain' }, { 'x-role': 'root' }, { 'x-role': 'admin' }]) {
        for (const method of ['GET', 'POST']) {
          const answer = await running.call(
            tokens.plain,
            method,
            `${url}&canConfigure=true&user[canConfigure]=true`,
            {
              headers,
              ...(method === 'POST' ? { body } : {}),
            },
          );
          assert.ok([401, 403].includes(answer.status), `${method} ${url}: ${answer.status}`);
        }
      }
    });
  });

  test('no body or query changes a prototype, and none is stored under one', async () => {
    const raw =
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"section":"google",' +
      '"type":"google","values":{"__proto__":{"polluted":true,"enabled":false}},"config":{"__proto__":{"polluted":true}}}';
    const queries = [
      '__proto__[polluted]=true',
      'constructor[prototype][polluted]=true',
      'filter={"__proto__":{"polluted":true}}',
    ];
    for (const url of paths) {
      for (const query of queries) {
        for (const method of ['GET', 'POST']) {
          const answer = await send(
            tokens.root,
            method,
            `${url}&${query}`,
            method === 'POST' ? raw : undefined,
          );
          assert.ok(
            answer.status < 500 || isProviders(answer),
            `${method} ${url}: ${answer.status} ${answer.text}`,
          );
          assert.equal({}.polluted, undefined, `${method} ${url}?${query}`);
        }
      }
    }
    assert.doesNotMatch(await stored(), /polluted|__proto__/);
  });

  test('nests and megabytes are refused or ignored by every action, and the next request is answered', async () => {
    const nest = (depth) => `${'{"a":['.repeat(depth)}1${']}'.repeat(depth)}`;
    const long = JSON.stringify('x'.repeat(4e6));
    const list = JSON.stringify(Array(200_000).fill('x'));
    const bodies = {
      'a nest': (name) => `{"${name}":${nest(200)}}`,
      'an abyss': (name) => `{"${name}":${nest(100_000)}}`,
      'a long text': (name) => `{"${name}":${long}}`,
      'a long list': (name) => `{"${name}":${list}}`,
      'a body beyond every limit': (name) => `{"${name}":"${'x'.repeat(12e6)}"}`,
      'half a body': (name) => `{"${name}":`,
    };
    const before = (await stored()).length;
    for (const url of paths) {
      for (const [what, body] of Object.entries(bodies)) {
        const answer = await send(tokens.root, 'POST', url, body('values'));
        assert.ok(
          answer.status < 500 || isProviders(answer),
          `${url} with ${what}: ${answer.status} ${answer.text}`,
        );
      }
      assert.equal(
        (await running.call(tokens.root, 'GET', 'mail:getMailAccounts')).status,
        200,
        `after ${url}`,
      );
    }
    assert.ok((await stored()).length < before + 1e5);
  });

  async function send(token, method, url, body) {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(running.base + url, { method, headers, body });
    return { status: answer.status, text: (await answer.text()).slice(0, 300) };
  }

  /** There is no network here, so that a provider can't be asked. */
  function isProviders({ text }) {
    return /"code":"(network_failed|provider_unavailable)"/.test(text);
  }
});
