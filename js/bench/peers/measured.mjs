// A peer's process: what it is to read and where to put it come as JSON; how long it took goes to standard output.
import process from 'node:process';
import pg from 'pg';

const COLUMNS = [
  'mailId',
  'conversationId',
  'subject',
  'from',
  'to',
  'date',
  'isRead',
  'preview',
  'text',
  'html',
];
const CONNECTIONS = 10;

/** Runs `work` with the way to the provider and `insert(row)`; loading the libraries is not counted. */
export async function measured(work) {
  const { root, token, database } = JSON.parse(process.argv[2]);
  const pool = new pg.Pool({ ...database, max: CONNECTIONS });
  await pool.query('DROP TABLE IF EXISTS "benchPeer"');
  await pool.query(
    `CREATE TABLE "benchPeer" (id bigserial PRIMARY KEY, "mailId" text UNIQUE, "conversationId" text, subject text,
     "from" text, "to" text, date timestamptz, "isRead" boolean, preview text, text text, html text)`,
  );
  const names = COLUMNS.map((name) => `"${name}"`).join(', ');
  const values = COLUMNS.map((_, index) => `$${index + 1}`).join(', ');
  const statement = { name: 'insert', text: `INSERT INTO "benchPeer" (${names}) VALUES (${values})` };
  const insert = (row) => pool.query({ ...statement, values: COLUMNS.map((name) => row[name]) });
  const begun = performance.now();
  const cpu = process.cpuUsage();
  await work({ root, token, insert });
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - begun) / 1000;
  const { rows } = await pool.query('SELECT count(*)::int AS count FROM "benchPeer"');
  await pool.end();
  process.stdout.write(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, stored: rows[0].count }));
}
