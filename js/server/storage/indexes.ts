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
      const index = statement.quote(`${name}_${field}_words`.toLowerCase());
      const sql = `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${index} ON ${statement.table()} USING gin (${wordVector(column)})`;
      await db.sequelize.query(sql, { bind: [], logging: false });
    }
  }
}
