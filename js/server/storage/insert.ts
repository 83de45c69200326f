// INSERT and upsert of rows that arrive as JSON in bytes.
import type { Attribute, Database, Model, Transaction } from '@nocobase/database';
import type { Json, JsonObject, RowChunks } from 'email-manager';
import { HostError } from '../errors';
import { attribute, toParameter } from './rows';

/** Rows in one statement where each value is a parameter: databases bound their number. */
const ROWS_PER_STATEMENT = 20;

const TIMESTAMPS = ['createdAt', 'updatedAt'];

export interface NewRows {
  columns: string[];
  rows: RowChunks;
  /** The columns of a unique index: the columns given replace those of rows that exist. */
  key?: string[];
}

/** What a statement consists of beside the rows. */
interface Frame {
  attributes: Attribute[];
  head: string;
  /** The rows of a JSON text, as PostgreSQL takes them apart. */
  fromJson: string;
  tail: string;
}

export class Inserter {
  /** Few, and met again with every page of mail. */
  private readonly frames = new Map<string, Frame>();

  constructor(private readonly db: Database) {}

  async insert(model: Model, { columns, rows, key }: NewRows, transaction: Transaction): Promise<void> {
    const now = new Date().toISOString();
    const frame = this.frame(model, columns, key);
    const insert = this.db.inDialect('postgres') ? insertJson : insertValues;
    let writing: Promise<void> | undefined;
    // The module makes the next chunk while the database writes the one before.
    for (const chunk of rows) {
      // Database drivers take views of a buffer for Node's own kind only.
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      await writing;
      writing = insert(this.db, frame, bytes, now, transaction);
      // Should the next chunk fail first, this one's failure is nobody's any more.
      writing.catch(() => undefined);
    }
    await writing;
  }

  private frame(model: Model, columns: string[], key?: string[]): Frame {
    const id = JSON.stringify([model.name, columns, key]);
    let frame = this.frames.get(id);
    if (!frame) {
      const attributes = [...new Set([...columns, ...TIMESTAMPS])].map((name) => attribute(model, name));
      frame = {
        attributes,
        head: insertInto(this.db, model, attributes),
        fromJson: this.db.inDialect('postgres') ? fromJson(this.db, attributes) : '',
        tail: key ? onConflict(this.db, model, key, columns) : '',
      };
      this.frames.set(id, frame);
    }
    return frame;
  }
}

/**
 * The bytes are one parameter, and the database takes them apart. As JavaScript strings, the bodies of a large mailbox
 * would fill the heap with garbage that the engine takes for long-lived.
 */
async function insertJson(
  db: Database,
  { head, fromJson, tail }: Frame,
  bytes: Buffer,
  now: string,
  transaction: Transaction,
): Promise<void> {
  await db.sequelize.query(`${head} ${fromJson} ${tail}`, {
    bind: [bytes, now],
    transaction,
    logging: false,
  });
}

async function insertValues(
  db: Database,
  { attributes, head, tail }: Frame,
  bytes: Buffer,
  now: string,
  transaction: Transaction,
): Promise<void> {
  const rows = parse(bytes);
  for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT) {
    const some = rows.slice(from, from + ROWS_PER_STATEMENT);
    const bind = some.flatMap((row) =>
      attributes.map((column) => {
        const value = row[column.fieldName] ?? (TIMESTAMPS.includes(column.fieldName) ? now : null);
        return toParameter(value, column, db);
      }),
    );
    const sql = `${head} VALUES ${placeholders(some.length, attributes.length)} ${tail}`;
    await db.sequelize.query(sql, { bind, transaction, logging: false });
  }
}

function parse(bytes: Buffer): JsonObject[] {
  const rows = JSON.parse(bytes.toString()) as Json;
  if (!Array.isArray(rows)) throw new HostError('storage_failed', 'rows are expected');
  return rows as JsonObject[];
}

/** `SELECT "id", … FROM json_to_recordset($1)`: the rows are the first parameter, the time now is the second. */
function fromJson(db: Database, attributes: Attribute[]): string {
  const { queryGenerator } = db.sequelize.getQueryInterface();
  const columns = attributes.map(({ fieldName, type }) => {
    const name = queryGenerator.quoteIdentifier(fieldName);
    const value = TIMESTAMPS.includes(fieldName) ? `COALESCE(${name}, $2::timestamptz)` : name;
    return { value, definition: `${name} ${type.toSql()}` };
  });
  const values = columns.map(({ value }) => value).join(', ');
  const definitions = columns.map(({ definition }) => definition).join(', ');
  return `SELECT ${values} FROM json_to_recordset($1::json) AS row (${definitions})`;
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
