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
        if (index.words) {
          // It is made while the plugin already answers.
          const made = async () => (await queryInterface.showIndex(table)).map((each) => each.name);
          const words = `${name}_${index.fields}_words`.toLowerCase();
          await until(async () => (await made()).includes(words), `${words} was not made`);
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
