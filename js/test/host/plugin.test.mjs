// The plugin inside a running NocoBase: who may do what, what NocoBase may not do by itself, and schedules that start and end
// with the application. The module is a stand-in that records what it is asked: its own behaviour is tested elsewhere.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { until } from '../../tools/nocobase/api.mjs';
import { startApplication } from './application.mjs';
import { insertion } from './insertion.mjs';
import { dialects, loadServer, requireNocobase } from './nocobase.mjs';
import { EmailManager, manifest } from './recorder.mjs';

describe('the plugin in NocoBase', () => {
  let database, running, tokens;

  before(async () => {
    database = await dialects.postgres();
    const requireHost = await requireNocobase();
    const requireModule = (name) =>
      name === 'email-manager' ? { EmailManager, manifest: () => manifest } : requireHost(name);
    const { default: plugin } = await loadServer('index.ts', requireModule);
    running = await startApplication(requireHost, database.options, plugin);
    const root = await running.signInRoot();
    const create = (url, body) => running.call(root, 'POST', url, { body });
    await create('roles:create', {
      name: 'plain',
      title: 'plain',
      snippets: ['!ui.*', '!pm', '!pm.*'],
      strategy: { actions: ['view', 'create', 'update', 'destroy'] },
    });
    await create('roles:create', {
      name: 'keeper',
      title: 'keeper',
      snippets: ['!ui.*', '!pm.users', 'pm.mail'],
    });
    await create('roles:create', {
      name: 'linker',
      title: 'linker',
      snippets: ['!ui.*', '!pm', '!pm.*'],
      strategy: { actions: ['view'] },
    });
    for (const role of ['plain', 'keeper', 'linker']) {
      const user = await create('users:create', {
        username: role,
        password: 'Passw0rd!',
        roles: [{ name: role }],
      });
      assert.equal(user.status, 200);
    }
    tokens = {
      root,
      plain: await running.signIn('plain', 'Passw0rd!'),
      keeper: await running.signIn('keeper', 'Passw0rd!'),
      linker: await running.signIn('linker', 'Passw0rd!'),
    };
  });

  after(async () => {
    await running?.close();
    await database?.stop();
  });

  const as = (who, method, url, options = {}) =>
    running.call(tokens[who], method, url, {
      ...options,
      headers: { ...(who === 'root' || !who ? {} : { 'x-role': who }), ...options.headers },
    });
  const current = () => EmailManager.instances.at(-1);

  test('an action sees the request as the server understands it', async () => {
    const headers = {
      'x-forwarded-proto': 'https, http',
      'x-forwarded-host': 'crm.example.com',
      'x-locale': 'zh-CN',
    };
    const url =
      'mail:echo?filterByTk=7&filter=%7B%22a%22%3A%7B%22%24in%22%3A%5B1%5D%7D%7D&userId=1&user%5Bid%5D=1';
    const answer = await as('plain', 'POST', url, { body: { userId: 1, list: [1, null] }, headers });
    assert.equal(answer.status, 200);
    const { data, meta } = answer.json();
    const { id } = data.user;
    assert.ok(id > 1);
    // The login's name is a hash: neither the token nor anything of it.
    assert.match(data.session, /^[\w-]{43}$/);
    assert.deepEqual(meta, { count: 1 });
    assert.deepEqual(data, {
      resource: 'mail',
      action: 'echo',
      params: { filterByTk: '7', filter: { a: { $in: [1] } }, userId: '1', user: { id: '1' } },
      values: { userId: 1, list: [1, null] },
      user: { id, canConfigure: false, canLink: false },
      session: data.session,
      origin: 'https://crm.example.com',
      language: 'zh-CN',
    });
  });

  test('the keys of a change come in the address or in the body, and the address counts', async () => {
    const keys = async (url) =>
      (await as('plain', 'POST', url, { body: { filterByTk: [3, 4] } })).json().data.params.filterByTk;
    assert.deepEqual(await keys('mail:echo'), [3, 4]);
    assert.equal(await keys('mail:echo?filterByTk=7'), '7');
  });

  test('everybody gets the actions of their level, and no other', async () => {
    const cases = [
      [undefined, 'mail:hello', 200],
      [undefined, 'mail:echo', 401],
      [undefined, 'mail:settings', 401],
      ['plain', 'mail:hello', 200],
      ['plain', 'mail:echo', 200],
      ['plain', 'mail:settings', 403],
      ['plain', 'mailThings:get?filterByTk=1', 200],
      ['keeper', 'mail:settings', 200],
      ['root', 'mail:settings', 200],
    ];
    for (const [who, url, expected] of cases) {
      assert.equal((await as(who, 'GET', url)).status, expected, `${who} ${url}`);
    }
    assert.equal((await as('keeper', 'GET', 'mail:echo')).json().data.user.canConfigure, true);
    assert.equal((await as('root', 'GET', 'mail:echo')).json().data.user.canConfigure, true);
    assert.equal((await as(undefined, 'GET', 'mail:hello')).json().data.user, null);
  });

  test('the permission to link is among the general ones of a role, and holds as soon as it is given or taken', async () => {
    const offered = (await as('root', 'GET', 'availableActions:list')).json().data;
    const own = offered.find(({ name }) => name === 'linkThings');
    assert.equal(own.displayName, '{{t("Link things", { ns: "nocobase-plugin-email-manager" })}}');
    assert.equal(own.onNewRecord, true);
    const canLink = async (who) => (await as(who, 'GET', 'mail:echo')).json().data.user.canLink;
    assert.equal(await canLink('root'), true);
    assert.equal(await canLink('plain'), false);
    for (const [actions, expected] of [
      [['view'], false],
      [['view', 'linkThings'], true],
      [['view'], false],
    ]) {
      // As the page of the role does it, in both lanes.
      const saved = await as('root', 'POST', 'dataSources/main/roles:update?filterByTk=linker', {
        body: { strategy: { actions } },
      });
      assert.equal(saved.status, 200);
      assert.equal(await canLink('linker'), expected, actions.join());
    }
  });

  test('who may configure is known by their roles, whichever they act in', async () => {
    const ids = await current().host.administrators();
    const users = await running.app.db.getRepository('users').find({ filter: { id: { $in: ids } } });
    const names = users.map((user) => user.get('username')).sort();
    assert.ok(names.includes('keeper'));
    assert.equal(names.length, 2, 'the administrator of the installation, and the keeper');
  });

  test('what NocoBase offers for any collection is refused to everybody', async () => {
    const { host } = current();
    await host.commit([insertion('mailThings', { userId: 5, secret: 'sealed' })]);
    const names = [...running.app.resourceManager.getRegisteredHandlers().keys()].filter(
      (name) => name !== 'get',
    );
    assert.ok(
      names.includes('list') && names.includes('destroy') && names.includes('firstOrCreate'),
      names.join(),
    );
    const urls = [
      ...names.flatMap((name) => [`mailThings:${name}?filterByTk=1`, `mail:${name}?filterByTk=1`]),
      'mailThings:neverHeardOf',
      'mailThings/1/anything:list',
      'mailThings/1/anything:get',
    ];
    for (const who of ['root', 'keeper', 'plain', undefined]) {
      for (const url of urls) {
        for (const method of ['GET', 'POST']) {
          const answer = await as(
            who,
            method,
            url,
            method === 'POST' ? { body: { userId: 6, filterByTk: 1 } } : {},
          );
          assert.ok([401, 403, 404].includes(answer.status), `${who} ${method} ${url}: ${answer.status}`);
          assert.doesNotMatch(answer.bytes.toString(), /sealed/);
        }
      }
    }
    const rows = await host.find({
      collection: 'mailThings',
      filter: {},
      fields: ['userId', 'secret'],
      distinct: [],
      sort: [],
      limit: null,
      offset: 0,
    });
    assert.deepEqual(rows, [{ userId: 5, secret: 'sealed' }]);
  });

  test('a field of another collection that points here opens no way in', async () => {
    const posts = running.app.db.collection({
      name: 'posts',
      fields: [{ name: 'things', type: 'hasMany', target: 'mailThings', foreignKey: 'userId' }],
    });
    await posts.sync();
    for (const name of ['list', 'get', 'create', 'destroy', 'add', 'set']) {
      const answer = await as('root', 'POST', `posts/5/things:${name}`, { body: {} });
      assert.equal(answer.status, 403, name);
    }
    const inner = JSON.stringify({ $and: [{ $or: [{ things: { secret: { $includes: 's' } } }] }] });
    const ways = [
      ['GET', 'posts:list?appends=things'],
      ['GET', 'posts:list?appends[]=author&appends[]=things(recursively=true)'],
      ['GET', 'posts:get?filterByTk=5&fields=things.secret'],
      ['GET', 'posts:list?sort=-things.secret'],
      ['GET', `posts:list?filter=${encodeURIComponent(JSON.stringify({ 'things.secret.$includes': 's' }))}`],
      ['GET', `posts:list?filter=${encodeURIComponent(inner)}`],
      ['POST', 'posts:create', { body: { things: [{ secret: 'mine' }] } }],
      ['POST', 'posts:update?filterByTk=5', { body: { things: [{ id: 1, secret: 'mine' }] } }],
    ];
    for (const [method, path, options] of ways)
      assert.equal((await as('root', method, path, options)).status, 403, path);
    assert.equal((await as('root', 'GET', 'posts:list?sort=-id')).status, 200);
  });

  test('a refusal has the code, the field, and the sentence as it is', async () => {
    const answer = await as('plain', 'POST', 'mail:refuse');
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.json(), {
      errors: [{ code: 'invalid_input', message: 'No {{such}} $t(thing)', retryable: false, field: 'email' }],
    });
  });

  test('a fault says nothing of its cause', async () => {
    const answer = await as('plain', 'POST', 'mail:crash');
    assert.equal(answer.status, 500);
    assert.deepEqual(answer.json(), {
      errors: [{ code: 'internal', message: 'The email manager failed', retryable: false }],
    });
  });

  test("the host's request log has nothing of what was sent", async (context) => {
    const lines = [];
    for (const level of ['info', 'warn', 'error']) {
      context.mock.method(running.app.requestLogger, level, (line) => lines.push(line));
    }
    for (const action of ['echo', 'refuse', 'crash']) {
      await as('plain', 'POST', `mail:${action}`, { body: { clientSecret: 's3cret words' } });
    }
    // Refused by NocoBase, before any action of ours is asked.
    await as('plain', 'POST', 'mail:saveSettings', { body: { clientSecret: 's3cret words' } });
    await as(undefined, 'POST', 'mail:saveSettings', { body: { clientSecret: 's3cret words' } });
    await as('plain', 'POST', 'mailThings:update', { body: { clientSecret: 's3cret words' } });
    assert.ok(lines.filter(({ action }) => action?.resourceName === 'mail').length >= 3);
    assert.doesNotMatch(JSON.stringify(lines), /s3cret/);
  });

  test('a file arrives part by part, with its name, and leaves nothing behind', async () => {
    const upload = async (body, token = tokens.plain) => {
      const headers = token ? { authorization: `Bearer ${token}`, 'x-role': 'plain' } : {};
      const answer = await fetch(`${running.base}mail:upload`, { method: 'POST', body, headers });
      return { status: answer.status, body: await answer.json().catch(() => undefined) };
    };
    const form = (bytes, name) => {
      const body = new FormData();
      body.append('file', new Blob([bytes], { type: 'text/x-test' }), name);
      return body;
    };
    const left = () => readdirSync(tmpdir()).filter((name) => /^email-manager-\w{6}$/.test(name));
    const before = left();
    const { status, body } = await upload(form(new Uint8Array([1, 2, 3, 4, 255, 0]), '报价 é.txt'));
    assert.equal(status, 200);
    assert.deepEqual(body.data, {
      name: '报价 é.txt',
      mimeType: 'text/x-test',
      size: 6,
      parts: [
        [1, 2, 3, 4],
        [255, 0],
      ],
    });
    const tooLarge = await upload(form(new Uint8Array(1200), 'large.bin'));
    assert.deepEqual([tooLarge.status, tooLarge.body.errors[0].field], [413, 'file']);
    assert.equal((await upload(new FormData())).body.data, null);
    assert.equal((await upload(form(new Uint8Array(1), 'a'), null)).status, 401);
    assert.deepEqual(left(), before);
  });

  test('a file is handed on as it comes, ends where its reader does, and breaks off where it breaks off', async () => {
    let state = 'none';
    const provider = createServer(({ url }, response) => {
      state = 'begun';
      response.on('close', () => (state = response.writableFinished ? 'whole' : 'broken'));
      response.writeHead(200, { 'content-length': 4 << 20 });
      if (url === '/whole') response.end(Buffer.alloc(4 << 20, 'x'));
      else response.write(Buffer.alloc(1 << 20, 'x'));
      if (url === '/cut') setTimeout(() => response.destroy(), 20);
    });
    await new Promise((resolve) => provider.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${provider.address().port}`;
    EmailManager.instances.at(-1).host.allowOrigins([{ origin, private: true }]);
    const get = (path, signal) =>
      fetch(`${running.base}mail:stream?from=${encodeURIComponent(origin + path)}`, {
        headers: { authorization: `Bearer ${tokens.plain}` },
        signal,
      });
    const whole = await get('/whole');
    assert.equal(whole.headers.get('content-length'), String(4 << 20));
    assert.equal(whole.headers.get('x-content-type-options'), 'nosniff');
    assert.match(whole.headers.get('content-security-policy'), /sandbox/);
    assert.equal((await whole.arrayBuffer()).byteLength, 4 << 20);
    await assert.rejects((await get('/cut')).arrayBuffer());
    const leaving = new AbortController();
    const left = await get('/endless', leaving.signal);
    await left.body.getReader().read();
    assert.equal(state, 'begun');
    leaving.abort();
    await until(async () => state === 'broken', 'the provider was left waiting');
    provider.closeAllConnections();
    provider.close();
  });

  test('bytes arrive as they are and may not run', async () => {
    const answer = await as('plain', 'GET', 'mail:bytes');
    assert.deepEqual([...answer.bytes], [0, 1, 255]);
    assert.equal(answer.headers.get('content-type'), 'image/png');
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    assert.match(answer.headers.get('content-security-policy'), /sandbox/);
  });

  test('an event goes to the websocket of its user', async () => {
    const sent = new Promise((resolve) => running.app.once('ws:sendToUser', resolve));
    current().host.emit({ type: 'mail:sync', userId: 5, payload: { accountId: 1 } });
    assert.deepEqual(await sent, { userId: 5, message: { type: 'mail:sync', payload: { accountId: 1 } } });
  });

  test('the key is the one that protects secrets of this application', () => {
    assert.deepEqual(Buffer.from(current().host.applicationKey()), running.app.aesEncryptor.key);
    assert.equal(current().host.applicationKey().length, 32);
    running.app.environment.setVariable('MAIL_SECRET', 'value');
    assert.equal(current().host.environment('MAIL_SECRET'), 'value');
    assert.equal(current().host.environment('constructor'), null);
    assert.equal(current().host.decodeText('gbk', new Uint8Array([0xc4, 0xe3])), '你');
    assert.equal(current().host.decodeText('nonsense', new Uint8Array()), null);
  });

  test('a schedule runs on after a start and on waking, and a restart hands over to a new instance', async () => {
    const first = current();
    assert.equal(first.enabled, 1);
    const count = first.runs.length;
    assert.ok(count >= 2);
    await as('plain', 'POST', 'mail:echo');
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(first.runs.length, count + 1);
    await running.app.restart();
    const second = current();
    assert.notEqual(second, first);
    assert.deepEqual([first.freed, second.freed, second.enabled], [1, 0, 1]);
    const stopped = first.runs.length;
    await as('plain', 'POST', 'mail:echo');
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(first.runs.length, stopped);
    assert.ok(second.runs.length >= 2);
  });
});
