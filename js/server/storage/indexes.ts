// Indexes of words and of lists' entries, which only PostgreSQL has in a form that serves here.
import type { Database } from '@nocobase/database';
import type { ManifestCollection } from 'email-manager';
import { attribute } from './rows';
import { Statement } from './statement';
import { jsonb, wordVector } from './where';

/** What an index of one column is of, and its name's ending. */
const KINDS = { words: wordVector, entries: jsonb } as const;

/** Makes those that are missing. Mail is read and written meanwhile; without them, a list is right but slow. */
export async function indexContents(db: Database, collections: ManifestCollection[]): Promise<void> {
  if (!db.inDialect('postgres')) return;
  for (const { name, indexes } of collections) {
    for (const kind of ['words', 'entries'] as const) {
      for (const field of indexes.filter((index) => index[kind]).flatMap(({ fields }) => fields))
        await make(db, name, field, kind);
    }
  }
}

async function make(
  db: Database,
  collection: string,
  field: string,
  kind: keyof typeof KINDS,
): Promise<void> {
  const { model } = db.getCollection(collection) ?? {};
  if (!model) return;
  const statement = new Statement(db, model);
  const indexed = KINDS[kind](statement.column(attribute(model, field)));
  const index = `${collection}_${field}_${kind}`.toLowerCase();
  const table = statement.table();
  await dropUnfinished(db, table, index);
  const sql = `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${statement.quote(index)} ON ${table} USING gin (${indexed})`;
  await db.sequelize.query(sql, { bind: [], logging: false });
}

/** Drops what a process that ended while it made the index has left: PostgreSQL keeps it up to date, but never uses it. */
async function dropUnfinished(db: Database, table: string, index: string): Promise<void> {
  // One that another node is making right now is not finished either, and stays.
  const sql = `
    SELECT format('%I.%I', pg_namespace.nspname, pg_class.relname) AS name
    FROM pg_index
    JOIN pg_class ON pg_class.oid = indexrelid
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE indrelid = $1::regclass AND relname = $2 AND NOT indisvalid
      AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index WHERE index_relid = indexrelid)`;
  const unfinished = await db.sequelize.query(sql, { bind: [table, index], type: 'SELECT', logging: false });
  for (const { name } of unfinished) {
    await db.sequelize.query(`DROP INDEX CONCURRENTLY IF EXISTS ${String(name)}`, {
      bind: [],
      logging: false,
    });
  }
}
