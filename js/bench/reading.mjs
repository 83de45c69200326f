// Lists, opening, search and the Email centre in a real NocoBase on PostgreSQL, with 100,000 mails in one mailbox.
import path from 'node:path';
import pg from 'pg';
import { packPackage } from '../tools/build/package.mjs';
import { demo } from '../tools/common/paths.mjs';
import { mailboxes, saveDemoSettings } from '../tools/demo-settings.mjs';
import { DATABASE, startInstance } from '../tools/demo/instance.mjs';
import { firstSync, linkMailbox } from '../tools/demo/link.mjs';
import { buildSimulator, startSimulator } from '../tools/demo/simulator.mjs';
import { call } from '../tools/nocobase/api.mjs';
import { median } from '../tools/common/median.mjs';
import { measurePaint, paintNames } from './reading/paint.mjs';

const MESSAGES = 100_000;
const CONVERSATION = 4;
const PAGE = 20;
const RUNS = 15;
const DIR = path.join(demo, 'bench');
const PORTS = { nocobase: 13400, database: 13401, simulator: 13402 };

export const names = ['list.ms', 'list.ratio_vs_sql', 'open.ms', 'search.ms', ...paintNames];

export async function run(report) {
  const tgz = await packPackage();
  await buildSimulator();
  const { google: email } = mailboxes;
  const simulator = await startSimulator({
    dir: DIR,
    port: PORTS.simulator,
    google: `${email}:20`,
    microsoft: `${mailboxes.microsoft}:20`,
    profile: 'bench',
  });
  const instance = await startInstance({ dir: DIR, ports: PORTS, tgz, fresh: true });
  const { url, token, postgres } = instance;
  const database = new pg.Client({
    host: '127.0.0.1',
    port: postgres.port,
    user: postgres.user,
    password: postgres.password,
    database: DATABASE,
  });
  try {
    await saveDemoSettings(url, token, simulator.url);
    const { id } = await firstSync(url, token, await linkMailbox(url, token, 'google', email));
    await call(url, token, 'mail:pauseAccount', { body: { email, type: 'google', paused: true } });
    await database.connect();
    await fill(database);
    const newest = await database.query('SELECT "id" FROM "mailMessages" ORDER BY "date" DESC LIMIT 1');

    const query = new URLSearchParams({
      pageSize: String(PAGE),
      subjectMerge: 'true',
      withCount: 'false',
      sort: '-date',
      filter: JSON.stringify({ boxType: { $in: ['in'] } }),
    });
    const list = () => call(url, token, `mailMessages:listPerson?${query}`);
    const { data } = await list();
    if (data.length !== PAGE || data.some((row) => row.relatedMessageCount !== CONVERSATION))
      throw new Error('the list is not what was stored');
    const owner = await database.query('SELECT "userId" FROM "mailAccounts" WHERE "id" = $1', [id]);
    const byHand = () => database.query(BY_HAND, [owner.rows[0].userId, PAGE]);
    const pairs = [];
    for (let pair = 0; pair < RUNS; pair += 1) pairs.push([await timed(list), await timed(byHand)]);
    report('list.ms', median(pairs.map(([ours]) => ours)), 'ms');
    report('list.ratio_vs_sql', median(pairs.map(([ours, theirs]) => theirs / ours)), '');

    const one = newest.rows[0].id;
    const open = () =>
      call(url, token, `mailMessages:get?filterByTk=${one}&appends=user,labels,note,children`);
    report('open.ms', await typical(open), 'ms');

    const body = { text: 'zanzibar', pageSize: PAGE, subjectMerge: 'true' };
    const search = () => call(url, token, 'mail:search', { body });
    if ((await search()).data.length !== PAGE) throw new Error('the search did not find what was stored');
    report('search.ms', await typical(search), 'ms');
    await measurePaint(report, url);
  } finally {
    await database.end();
    await instance.stop();
    await simulator.stop();
  }
}

/** Copies of the synchronised mails, four to a conversation; one conversation in a hundred has a word of its own. */
async function fill(database) {
  const changed = {
    mailId: `'bench-' || number`,
    rawId: `'<bench-' || number || '@bench.example>'`,
    conversationId: `'bench-' || number / ${CONVERSATION}`,
    boxType: `'in'`,
    deletedAt: 'NULL',
    date: `now() - number * interval '1 minute'`,
    searchText: `"searchText" || CASE WHEN number / ${CONVERSATION} % 100 = 0 THEN 'zanzibar ' ELSE '' END`,
  };
  const { rows } = await database.query(
    `SELECT column_name FROM information_schema.columns WHERE table_name = 'mailMessages' AND column_name <> 'id'`,
  );
  const columns = rows.map(({ column_name: name }) => name);
  await database.query(
    `INSERT INTO "mailMessages" (${columns.map((name) => `"${name}"`).join(', ')})
     SELECT ${columns.map((name) => changed[name] ?? `"${name}"`).join(', ')}
     FROM generate_series(0, ${MESSAGES - 1}) AS number
     JOIN (SELECT *, row_number() OVER (ORDER BY "id") - 1 AS place FROM "mailMessages" LIMIT 20) AS sample
       ON place = number % 20`,
  );
  await database.query('ANALYZE "mailMessages"');
}

/** The list with what its rows tell of their conversations, as somebody who knows the indexes writes it. */
const BY_HAND = `
  SELECT newest."id", newest."subject", newest."date", newest."fromUser", newest."toUsers", newest."preview", newest."isRead",
    newest."isStarred", newest."attachments", conversation.*
  FROM (
    SELECT * FROM "mailMessages" AS each
    WHERE "userId" = $1 AND "boxType" = 'in' AND "deletedAt" IS NULL AND NOT EXISTS (
      SELECT 1 FROM "mailMessages" AS other
      WHERE other."accountId" = each."accountId" AND other."conversationId" = each."conversationId"
        AND (other."date", other."id") > (each."date", each."id")
        AND other."userId" = $1 AND other."boxType" = 'in' AND other."deletedAt" IS NULL
      OFFSET 0)
    ORDER BY "date" DESC, "id" DESC LIMIT $2
  ) AS newest
  CROSS JOIN LATERAL (
    SELECT count(*) AS count, bool_and("isRead") AS "allRead", array_agg("id" ORDER BY "date" DESC) AS ids,
      jsonb_agg("fromUser" ORDER BY "date") AS participants
    FROM "mailMessages" AS other
    WHERE other."accountId" = newest."accountId" AND other."conversationId" = newest."conversationId"
      AND "deletedAt" IS NULL AND "boxType" NOT IN ('trash', 'spam')
  ) AS conversation
  ORDER BY newest."date" DESC, newest."id" DESC`;

async function typical(work) {
  const times = [];
  for (let time = 0; time < RUNS; time += 1) times.push(await timed(work));
  return median(times);
}

async function timed(work) {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
