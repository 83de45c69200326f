// The search for secrets finds what is planted, in every place and writing: otherwise that it finds nothing would say nothing.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { demo, js } from '../../js/tools/common/paths.mjs';
import { startSimulator } from '../../js/tools/demo/simulator.mjs';
import { startPostgres } from '../../js/tools/nocobase/postgres.mjs';
import { PORTS } from './support/ground.mjs';
import { leaks } from './support/leaks.mjs';

const pg = createRequire(path.join(js, 'package.json'))('pg');
const DIR = path.join(demo, 'leaks');
const LOGS = path.join(DIR, 'logs');

let simulator, postgres, client, token;

before(async () => {
  simulator = await startSimulator({ dir: DIR, port: PORTS.simulator });
  postgres = await startPostgres({ dir: path.join(DIR, 'postgres'), port: PORTS.database, durable: false });
  await postgres.dropDatabase('leaks');
  await postgres.createDatabase('leaks');
  const { port, user, password } = postgres;
  client = new pg.Client({ host: '127.0.0.1', port, user, password, database: 'leaks' });
  await client.connect();
  await client.query('CREATE TABLE mail_messages (subject text, body_text text)');
  await client.query('CREATE TABLE things (note text, data bytea, more jsonb)');
  await client.query(
    `INSERT INTO mail_messages VALUES ('The figures of the third quarter', 'Dear Ann, these are they')`,
  );
  const body = JSON.stringify({ mailbox: 'alice@gmail.example' });
  const granted = await fetch(`${simulator.url}/control/grant`, { method: 'POST', body });
  token = (await granted.json()).refresh_token;
});

after(async () => {
  await client?.end();
  await postgres?.stop();
  await simulator?.stop();
});

const search = (texts) =>
  leaks({ simulator: simulator.url, files: [LOGS], texts, postgres, database: 'leaks' });

async function plant({ log = '', note = '', data = Buffer.alloc(0), more = {} }) {
  rmSync(LOGS, { recursive: true, force: true });
  mkdirSync(LOGS, { recursive: true });
  writeFileSync(path.join(LOGS, 'nocobase.log'), log);
  await client.query('DELETE FROM things');
  await client.query('INSERT INTO things VALUES ($1, $2, $3)', [note, data, more]);
}

test('nothing is found where nothing is', async () => {
  await plant({ log: 'GET /api/mail:folders 200', note: 'harmless' });
  assert.deepEqual(await search({ answer: '{"data":[]}' }), []);
});

test('a secret is found in a log, an answer, and every kind of column, however it is written', async () => {
  const base64 = (text) => Buffer.from(text).toString('base64');
  const cases = [
    [{ log: `refreshing with ${token}` }, 'nocobase.log: a secret as it is'],
    [{ log: `refresh_token=${encodeURIComponent(token)}&` }, 'nocobase.log: a secret in a URL'],
    [{ log: 'secret: simulator-microsoft-secret' }, 'nocobase.log: a secret as it is'],
    [{ note: token }, 'table things: a secret as it is'],
    [{ note: base64(token) }, 'table things: a secret in base64'],
    [{ note: base64(`{"token":"${token}","a":1}`) }, 'table things: a secret in base64'],
    [{ note: Buffer.from(`x${token}`).toString('base64url') }, 'table things: a secret in base64url'],
    [{ data: Buffer.from(`....${token}....`) }, 'table things: a secret in hex'],
    [{ more: { deep: [{ token }] } }, 'table things: a secret as it is'],
  ];
  for (const [planted, expected] of cases) {
    await plant(planted);
    const found = await search();
    assert.ok(
      found.some((each) => each.endsWith(expected)),
      `${expected}: ${found}`,
    );
    assert.ok(!found.join().includes(token), 'what is found is not repeated');
  }
  await plant({});
  assert.deepEqual(await search({ 'answer of /api/mail:settings': token }), [
    'answer of /api/mail:settings: a secret as it is',
  ]);
});

test('the text of a mail is found in a log, and belongs into its table', async () => {
  await plant({ log: 'stored "The figures of the third quarter"' });
  assert.match((await search()).join(), /nocobase\.log: the text of a mail/);
});
