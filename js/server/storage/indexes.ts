// Indexes of words, which only PostgreSQL has in a form that serves here.
import type { Database } from '@nocobase/database';
import type { ManifestCollection } from 'email-manager';
import { attribute } from './rows';
import { Statement } from './statement';
import { wordVector } from './where';

/** Makes those that are missing. Mail is read and written meanwhile; without them, a search is right but slow. */
export async function indexWords(db: Database, collections: ManifestCollection[]): Promise<void> {
  if (!db.inDialect('postgres')) return;
  for (const { name, indexes } of collections) {
    for (const field of indexes.filter(({ words }) => words).flatMap(({ fields }) => fields)) {
      const { model } = db.getCollection(name) ?? {};
      if (!model) continue;
      const statement = new Statement(db, model);
      const column = statement.column(attribute(model, field));
      const index = `${name}_${field}_words`.toLowerCase();
      const table = statement.table();
      await dropUnfinished(db, table, index);
      const sql = `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${statement.quote(index)} ON ${table} USING gin (${wordVector(column)})`;
      await db.sequelize.query(sql, { bind: [], logging: false });
    }
  }
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
