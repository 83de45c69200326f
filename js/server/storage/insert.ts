// INSERT and upsert with bound values: large bodies travel as they are, without being quoted into a statement and parsed out again.
import type { Attribute, Database, Model, Transaction } from '@nocobase/database';
import type { Json, JsonObject } from 'email-manager';
import { attribute } from './rows';

/**
 * Rows in one statement. They are read from the module as they are needed, and so few that they are forgotten before the
 * engine takes them for long-lived.
 */
const ROWS_PER_STATEMENT = 20;

const TIMESTAMPS = ['createdAt', 'updatedAt'];

/** Adds `rows`; with `key`, the columns of a unique index, the columns given replace those of rows that exist. */
export async function insertRows(
  db: Database,
  model: Model,
  rows: Iterable<JsonObject>,
  transaction: Transaction,
  key?: string[],
): Promise<void> {
  const now = new Date().toISOString();
  for (const chunk of chunks(rows, ROWS_PER_STATEMENT)) {
    await insertChunk(db, model, key ? lastOfEach(key, chunk) : chunk, now, transaction, key);
  }
}

async function insertChunk(
  db: Database,
  model: Model,
  rows: JsonObject[],
  now: string,
  transaction: Transaction,
  key?: string[],
): Promise<void> {
  const names = [...new Set([...rows.flatMap((row) => Object.keys(row)), ...TIMESTAMPS])];
  const attributes = names.map((name) => attribute(model, name));
  const bind = rows.flatMap((row) =>
    names.map((name, index) => {
      const value = row[name] ?? (TIMESTAMPS.includes(name) ? now : null);
      return toParameter(value, attributes[index] as Attribute, db);
    }),
  );
  const head = insertInto(db, model, attributes);
  const tail = key ? onConflict(db, model, key, Object.keys(rows[0] ?? {})) : '';
  const sql = `${head} VALUES ${placeholders(rows.length, names.length)} ${tail}`;
  await db.sequelize.query(sql, { bind, transaction, logging: false });
}

function* chunks<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length === size) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

function insertInto(db: Database, model: Model, attributes: Attribute[]): string {
  const { queryGenerator } = db.sequelize.getQueryInterface();
  const columns = attributes.map(({ field }) => queryGenerator.quoteIdentifier(field));
  return `INSERT INTO ${queryGenerator.quoteTable(model.getTableName())} (${columns.join(', ')})`;
}

/**
 * The time of creation stays.
 *
 * MySQL and MariaDB name no key here and react to every unique index; the collections have one each besides the primary
 * key, which the rows don't give.
 */
function onConflict(db: Database, model: Model, key: string[], given: string[]): string {
  const { queryGenerator } = db.sequelize.getQueryInterface();
  const quoted = (name: string) => queryGenerator.quoteIdentifier(attribute(model, name).field);
  const replaced = given.filter((name) => !key.includes(name) && !TIMESTAMPS.includes(name));
  const columns = [...replaced, 'updatedAt'].map(quoted);
  if (db.inDialect('mysql', 'mariadb')) {
    return `ON DUPLICATE KEY UPDATE ${columns.map((column) => `${column} = VALUES(${column})`).join(', ')}`;
  }
  const values = columns.map((column) => `${column} = EXCLUDED.${column}`);
  return `ON CONFLICT (${key.map(quoted).join(', ')}) DO UPDATE SET ${values.join(', ')}`;
}

/** `($1, $2), ($3, $4)` */
function placeholders(rows: number, columns: number): string {
  const tuple = (row: number) =>
    Array.from({ length: columns }, (_, column) => `$${row * columns + column + 1}`).join(', ');
  return Array.from({ length: rows }, (_, row) => `(${tuple(row)})`).join(', ');
}

/** A value as the drivers take it. */
function toParameter(value: Json, { type }: Attribute, db: Database): unknown {
  if (value === null) return null;
  if (type.key === 'JSON') return JSON.stringify(value);
  if (typeof value !== 'string') return value;
  if (type.key === 'DATE') {
    return type.stringify(new Date(value), { timezone: db.sequelize.options.timezone });
  }
  // PostgreSQL's text has no NUL, and one stray byte in a mail must not stop the batch.
  return value.replaceAll('\0', '\uFFFD');
}

/** One row for each key, the last one given: a statement may not touch a row twice. */
function lastOfEach(key: string[], rows: JsonObject[]): JsonObject[] {
  const byKey = new Map<string, JsonObject>();
  for (const row of rows) byKey.set(JSON.stringify(key.map((name): Json => row[name] ?? null)), row);
  return byKey.size === rows.length ? rows : [...byKey.values()];
}
