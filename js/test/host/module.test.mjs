// The built module, the shim and NocoBase together: the plugin's own collections, settings and answers on PostgreSQL.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pkg } from '../../tools/common/paths.mjs';
import { until } from '../../tools/nocobase/api.mjs';
import { startApplication } from './application.mjs';
import { dialects, loadServer, requireNocobase } from './nocobase.mjs';

const wasm = createRequire(import.meta.url)(path.join(pkg, 'dist/wasm/email_manager.js'));

describe('the module in NocoBase', () => {
  let database, running, root;

  before(async () => {
    database = await dialects.postgres();
    const requireHost = await requireNocobase();
    const requireModule = (name) => (name === 'email-manager' ? wasm : requireHost(name));
    const { default: plugin } = await loadServer('index.ts', requireModule);
    running = await startApplication(requireHost, database.options, plugin);
    root = await running.signInRoot();
  });

  after(async () => {
    await running?.close();
    await database?.stop();
  });

  const call = (method, url, body) => running.call(root, method, url, body === undefined ? {} : { body });

  test('every declared column and unique index is in the database', async () => {
    const queryInterface = running.app.db.sequelize.getQueryInterface();
    for (const { name, fields, indexes } of wasm.manifest().collections) {
      const table = running.app.db.getCollection(name).model.getTableName();
      const columns = await queryInterface.describeTable(table);
      for (const field of fields) assert.ok(columns[field.name], `${name}.${field.name}`);
      const found = await queryInterface.showIndex(table);
      for (const index of indexes) {
        const content = ['words', 'entries'].find((kind) => index[kind]);
        if (content) {
          // It is made while the plugin already answers.
          const made = async () => (await queryInterface.showIndex(table)).map((each) => each.name);
          const wanted = `${name}_${index.fields}_${content}`.toLowerCase();
          await until(async () => (await made()).includes(wanted), `${wanted} was not made`);
          continue;
        }
        const same = ({ fields: has, unique }) =>
          unique === index.unique && has.map(({ attribute }) => attribute).join() === index.fields.join();
        assert.ok(found.some(same), `${name}: ${index.fields}`);
      }
    }
  });

  test('somebody without a mailbox has none', async () => {
    const accounts = await call('GET', 'mail:getMailAccounts');
    assert.deepEqual([accounts.status, accounts.json()], [200, { data: [] }]);
  });

  test('bulk mails are listed, called off and sent again by their ids, and written by nothing else', async () => {
    const filter = encodeURIComponent(JSON.stringify({ parentId: null }));
    const listed = await call('GET', `mailMassMessages:list?filter=${filter}`);
    const meta = { page: 1, pageSize: 20, count: 0, totalPage: 0 };
    assert.deepEqual([listed.status, listed.json()], [200, { data: [], meta }]);
    for (const action of ['cancel', 'resend']) {
      const answer = await call('POST', `mailMassMessages:${action}`, { id: 1 });
      assert.deepEqual([answer.status, answer.json().errors[0].field], [404, 'id']);
    }
    const data = { to: ['ann@customer.example'], subject: 'Offer', body: '<p>Hello</p>' };
    const sent = await call('POST', 'mailMassMessages:send', { data, mailSendSetting: { interval: -1 } });
    assert.deepEqual([sent.status, sent.json().errors[0].field], [400, 'mailSendSetting.interval']);
    const unlinked = await call('POST', 'mailMassMessages:send', { data });
    assert.deepEqual([unlinked.status, unlinked.json().errors[0].field], [404, 'identityEmail']);
    for (const action of ['create', 'update', 'destroy']) {
      const answer = await call('POST', `mailMassMessages:${action}?filterByTk=1`, {});
      assert.equal(answer.status, 403, action);
    }
  });

  test('a client secret is saved, and no answer shows it', async () => {
    const values = { clientId: 'client', clientSecret: 's3cret words', enabled: true };
    const saved = await call('POST', 'mail:saveSettings', { section: 'google', values });
    assert.equal(saved.status, 200, saved.bytes.toString());
    const settings = await call('GET', 'mail:settings');
    assert.equal(settings.json().data.google.clientId, 'client');
    assert.doesNotMatch(saved.bytes.toString() + settings.bytes.toString(), /s3cret/);
    const [rows] = await running.app.db.sequelize.query('SELECT * FROM "mailSettings"');
    assert.equal(rows.length, 1);
    assert.doesNotMatch(JSON.stringify(rows), /s3cret/);
    assert.match(JSON.stringify(rows), /v1\./);
  });

  test('the provider is asked for consent with our own address', async () => {
    const answer = await call('GET', 'mail:oauth2url?type=google');
    assert.equal(answer.status, 200, answer.bytes.toString());
    const url = new URL(answer.json().data.url);
    assert.equal(url.origin, 'https://accounts.google.com');
    assert.equal(url.searchParams.get('client_id'), 'client');
    assert.equal(
      url.searchParams.get('redirect_uri'),
      `${new URL(running.base).origin}/admin/settings/mail/oauth2`,
    );
  });

  test('wrong input names its field', async () => {
    const answer = await call('POST', 'mail:saveSettings', { section: 'nothing', values: {} });
    assert.equal(answer.status, 400);
    assert.equal(answer.json().errors[0].code, 'invalid_input');
  });
});
