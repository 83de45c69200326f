// The module's records in NocoBase's database. Statements go to the driver directly: no hook of another plugin sees mail or
// secrets, nothing is logged, and a batch is one transaction.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Model, Transaction } from '@nocobase/database';
import type { HostQuery, JsonObject, ManifestCollection, Operation } from 'email-manager';
import { HostError } from './errors';
import { Inserter } from './storage/insert';
import { indexContents } from './storage/indexes';
import { count, select } from './storage/read';
import { toCounted, toPlain } from './storage/rows';
import { lock, remove, update } from './storage/write';

/** Thrown through a transaction to roll it back. */
class Conflict extends Error {}

export class Storage {
  private readonly collections: ReadonlySet<string>;
  private readonly inserter: Inserter;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly db: Database,
    collections: string[],
  ) {
    this.collections = new Set(collections);
    this.inserter = new Inserter(db);
  }

  async find(query: HostQuery): Promise<JsonObject[]> {
    const model = this.model(query.collection);
    const { sql, bind } = select(query, model, this.db);
    const rows = await guarded(() => this.db.sequelize.query(sql, { bind, type: 'SELECT', logging: false }));
    return rows.map((row) => (query.counted ? toCounted : toPlain)(row, model, this.db));
  }

  /** Makes what NocoBase's collections can't describe: indexes of what is in a column, where there are none yet. */
  async index(collections: ManifestCollection[]): Promise<void> {
    await guarded(() => indexContents(this.db, collections));
  }

  async count(collection: string, filter: JsonObject): Promise<number> {
    const { sql, bind } = count(filter, this.model(collection), this.db);
    const [row] = await guarded(() => this.db.sequelize.query(sql, { bind, type: 'SELECT', logging: false }));
    return Number(row?.count);
  }

  /** Writes everything or nothing: false when an expectation did not hold. */
  async commit(operations: Operation[]): Promise<boolean> {
    if (!this.db.inDialect('sqlite')) return this.write(operations);
    // SQLite has one writer, and a second transaction on the same connection is an error.
    const turn = this.last.then(() => this.write(operations));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async write(operations: Operation[]): Promise<boolean> {
    const options = this.db.inDialect('sqlite')
      ? ({ logging: false, type: 'IMMEDIATE' } as const)
      : { logging: false as const };
    const once = () =>
      this.db.sequelize.transaction(options, async (transaction) => {
        for (const operation of operations) await this.apply(operation, transaction);
      });
    try {
      await guarded(() => untilDecided(once));
      return true;
    } catch (error) {
      if (error instanceof Conflict) return false;
      throw error;
    }
  }

  private async apply(operation: Operation, transaction: Transaction): Promise<void> {
    const model = this.model(operation.collection);
    switch (operation.kind) {
      case 'insert':
      case 'upsert':
        return this.inserter.insert(model, operation, transaction);
      case 'update': {
        const { sql, bind } = update(operation, model, this.db);
        const options = { bind, type: 'BULKUPDATE', transaction, logging: false } as const;
        if (operation.expect === null || !this.db.inDialect('mysql', 'mariadb'))
          return expect(operation.expect, await this.db.sequelize.query(sql, options));
        // What is counted there are the rows that became others: an update may find one as it is to be.
        expect(operation.expect, await this.lock(operation.filter, model, transaction));
        await this.db.sequelize.query(sql, options);
        return;
      }
      case 'delete': {
        const { sql, bind } = remove(operation.filter, model, this.db);
        const options = { bind, type: 'BULKDELETE', transaction, logging: false } as const;
        return expect(operation.expect, await this.db.sequelize.query(sql, options));
      }
    }
  }

  /** How many rows match; nobody else changes them before the transaction has ended. */
  private async lock(filter: JsonObject, model: Model, transaction: Transaction): Promise<number> {
    const { sql, bind } = lock(filter, model, this.db);
    const options = { bind, type: 'SELECT', transaction, logging: false } as const;
    return (await this.db.sequelize.query(sql, options)).length;
  }

  private model(name: string): Model {
    const collection = this.collections.has(name) ? this.db.getCollection(name) : undefined;
    if (!collection) throw new HostError('unknown_collection', `there is no collection "${name}"`);
    return collection.model;
  }
}

function expect(expected: number | null, affected: number): void {
  if (expected !== null && affected !== expected) throw new Conflict();
}

/** How often a transaction is begun that the database gives up for the sake of another. */
const ATTEMPTS = 5;
/** What PostgreSQL and MySQL say of that: a deadlock, or an order that would have no equal. Nothing of it is written. */
const GIVEN_UP = new Set(['40P01', '40001', 'ER_LOCK_DEADLOCK']);

async function untilDecided(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !GIVEN_UP.has(codeOf(error))) throw error;
      await sleep(Math.random() * 50 * attempt);
    }
  }
}

/** Database errors repeat statements and values: of those only the kind and the driver's code go on. */
export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Conflict || error instanceof HostError) throw error;
    throw new HostError('storage_failed', kindOf(error));
  }
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the database refused';
  const code = codeOf(error);
  return code ? `${error.name} (${code})` : error.name;
}

/** The driver's code. */
function codeOf(error: unknown): string {
  const code = (error as { original?: { code?: unknown } } | null)?.original?.code;
  return typeof code === 'string' ? code : '';
}
