// What must be found nowhere after all tests: every client secret, code, token and verifier that passed the simulator, and the text
// of mails in a log. Looked for in NocoBase's logs, the simulator's, every answer that was kept, and every table of the database.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { js } from '../../../js/tools/common/paths.mjs';

const pg = createRequire(path.join(js, 'package.json'))('pg');

/** Shorter ones are found by chance. */
const SHORTEST = 12;

/** Where mail may stand: its own tables. */
const MAIL_TABLES = /^mail_?messages$/i;

/**
 * Everything that leaked, as `where: what`; the secrets themselves are not repeated.
 *
 * @param {object} options
 * @param {string} options.simulator its address
 * @param {string[]} options.files logs, and folders of logs
 * @param {Record<string, string>} [options.texts] what else may not hold a secret, such as answers, by name
 * @param {{port: number, user: string, password: string}} options.postgres
 * @param {string} options.database
 */
export async function leaks({ simulator, files, texts = {}, postgres, database }) {
  const secrets = await (await fetch(`${simulator}/control/secrets`)).json();
  const needles = secrets.filter((secret) => secret.length >= SHORTEST).flatMap(encodings);
  if (needles.length === 0) throw new Error('the simulator knows no secrets: nothing was looked for');
  const { tables, bodies } = await dump(postgres, database);
  const logs = Object.fromEntries(
    files.flatMap(logFiles).map((file) => [file, readFileSync(file, 'latin1')]),
  );
  if (Object.keys(logs).length === 0) throw new Error('there are no logs: nothing was looked through');
  const answers = Object.entries(texts);
  const found = [];
  for (const [where, text] of [...Object.entries(logs), ...answers, ...Object.entries(tables)])
    for (const { needle, as } of needles) if (text.includes(needle)) found.push(`${where}: a secret ${as}`);
  for (const [where, text] of Object.entries(logs))
    for (const body of bodies) if (text.includes(body)) found.push(`${where}: the text of a mail`);
  return [...new Set(found)];
}

/** A secret as it is, and as bytes are usually written. base64 begins at any of three places in a longer text. */
function encodings(secret) {
  const base64 = [0, 1, 2].map((shift) => {
    const written = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]).toString('base64');
    return written.slice(Math.ceil((shift * 8) / 6), -4);
  });
  const hex = Buffer.from(secret).toString('hex');
  return [
    { needle: secret, as: 'as it is' },
    { needle: encodeURIComponent(secret), as: 'in a URL' },
    ...base64.map((needle) => ({ needle, as: 'in base64' })),
    ...base64.map((needle) => ({
      needle: needle.replaceAll('+', '-').replaceAll('/', '_'),
      as: 'in base64url',
    })),
    { needle: hex, as: 'in hex' },
    { needle: hex.toUpperCase(), as: 'in hex' },
  ];
}

/** Every row of every table as text, bytes in hex, and a piece of each mail's text. */
async function dump({ port, user, password }, database) {
  const client = new pg.Client({ host: '127.0.0.1', port, user, password, database });
  await client.connect();
  try {
    const { rows: names } = await client.query(
      `SELECT table_schema AS schema, table_name AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    const tables = {};
    const bodies = new Set();
    for (const { schema, name } of names) {
      const table = `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(name)}`;
      const { rows } = await client.query(`SELECT row_to_json(t)::text AS text FROM ${table} t`);
      // JSON escapes characters that codes and tokens don't have.
      tables[`table ${name}`] = rows.map(({ text }) => text).join('\n');
      if (!MAIL_TABLES.test(name)) continue;
      for (const { text } of rows) {
        const { subject, bodyText, body_text = bodyText } = JSON.parse(text);
        for (const part of [subject, body_text?.trim()])
          if (part?.length >= 24) bodies.add(part.slice(0, 60));
      }
    }
    return { tables, bodies: [...bodies] };
  } finally {
    await client.end();
  }
}

function logFiles(place) {
  let entries;
  try {
    entries = readdirSync(place, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOTDIR') return [place];
    // NocoBase keeps a folder of logs only where it is told to.
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** Keeps what a browser gets from the API, by address. */
export function keepAnswers(context) {
  const answers = {};
  context.on('response', async (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.startsWith('/api/')) return;
    const text = await response.text().catch(() => '');
    answers[`answer of ${pathname}`] = `${answers[`answer of ${pathname}`] ?? ''}${text}\n`;
  });
  return answers;
}
