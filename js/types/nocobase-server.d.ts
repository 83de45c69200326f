// The parts of NocoBase 2.2's server that the shim uses. Its own types need the whole of NocoBase installed.

declare module '@nocobase/database' {
  export const Op: {
    readonly and: unique symbol;
    readonly or: unique symbol;
    readonly eq: unique symbol;
    readonly ne: unique symbol;
    readonly is: unique symbol;
    readonly not: unique symbol;
    readonly in: unique symbol;
    readonly notIn: unique symbol;
    readonly gt: unique symbol;
    readonly gte: unique symbol;
    readonly lt: unique symbol;
    readonly lte: unique symbol;
    readonly like: unique symbol;
    readonly iLike: unique symbol;
  };

  /** What Sequelize takes as `where`: keyed by column or by operator. */
  export type Where = object;
  export type Transaction = object;

  export interface Attribute {
    fieldName: string;
    /** The column's name in the database. */
    field: string;
    type: {
      key: string;
      stringify(value: Date, options: { timezone: string }): string;
      toSql(): string;
    };
  }

  export interface QueryOptions {
    logging: false;
    hooks: false;
    transaction?: Transaction;
  }

  export interface Model {
    name: string;
    rawAttributes: Record<string, Attribute>;
    primaryKeyAttribute: string;
    getTableName(): unknown;
    findAll(
      options: QueryOptions & {
        raw: true;
        where: Where;
        attributes?: string[];
        order: [string, 'ASC' | 'DESC'][];
        limit?: number;
        offset?: number;
      },
    ): Promise<Record<string, unknown>[]>;
    count(options: QueryOptions & { where: Where }): Promise<number>;
    update(
      values: Record<string, unknown>,
      options: QueryOptions & { where: Where; validate: false },
    ): Promise<[affected: number]>;
    destroy(options: QueryOptions & { where: Where }): Promise<number>;
  }

  export interface CollectionOptions {
    name: string;
    title?: string;
    dumpRules?: { group: string };
    fields: ({ name: string; type: string } & Record<string, unknown>)[];
    indexes?: { fields: string[]; unique: boolean }[];
  }

  export interface Field {
    options: { target?: string };
  }

  export interface Collection {
    name: string;
    model: Model;
    getField(name: string): Field | undefined;
  }

  export interface Database {
    collection(options: CollectionOptions): Collection;
    getCollection(name: string): Collection | undefined;
    inDialect(...dialects: string[]): boolean;
    sequelize: {
      transaction<T>(
        options: { logging: false; type?: 'IMMEDIATE' },
        work: (transaction: Transaction) => Promise<T>,
      ): Promise<T>;
      options: { timezone: string };
      col: (name: string) => object;
      fn: (name: string, ...values: unknown[]) => object;
      where: (left: object, condition: object) => object;
      query(
        sql: string,
        options: { bind: unknown[]; transaction: Transaction; logging: false },
      ): Promise<unknown>;
      getQueryInterface(): {
        queryGenerator: { quoteTable(table: unknown): string; quoteIdentifier(name: string): string };
      };
    };
  }
}

declare module '@nocobase/server' {
  import type { Database } from '@nocobase/database';

  export interface Context {
    action: { resourceName: string; actionName: string; params: Record<string, unknown> };
    state: { currentUser?: { id: number | string }; currentRole?: string; currentRoles?: string[] };
    get(header: string): string;
    protocol: string;
    host: string;
    status: number;
    body: unknown;
    withoutDataWrapping?: boolean;
    set(header: string, value: string): void;
    t(key: string, options: Record<string, unknown>): string;
    getCurrentLocale(): string;
    /** The token of the request's header or of its query. */
    getBearerToken(): string | undefined;
  }

  export type Handler = (context: Context, next: () => Promise<unknown>) => Promise<unknown>;

  export interface Logger {
    info(message: string): void;
    warn(message: string): void;
    error(message: string): void;
  }

  export interface Application {
    name: string;
    on(event: string, listener: (...values: unknown[]) => unknown): void;
    emit(event: string, payload: unknown): void;
    serving(topic?: string): boolean;
    acl: {
      allow(resource: string, action: string, condition: 'public' | 'loggedIn'): void;
      registerSnippet(snippet: { name: string; actions: string[] }): void;
      getRole(name: string): { snippetAllowed(path: string): boolean | null } | undefined;
    };
    resourceManager: {
      define(options: { name: string; actions: Record<string, Handler>; only: string[] }): void;
      use(handler: Handler, options: { tag: string; before: string }): void;
      getRegisteredHandlers(): Map<string, unknown>;
    };
    environment: { getVariables(): Record<string, unknown> };
    aesEncryptor?: { key?: Uint8Array };
    pm: { getPlugins(): Map<unknown, Plugin> };
  }

  export class Plugin {
    app: Application;
    db: Database;
    log: Logger;
    name: string;
    enabled: boolean;
    options: { packageName?: string };
    beforeLoad(): void | Promise<void>;
    load(): void | Promise<void>;
    beforeEnable(): void | Promise<void>;
    afterDisable(): Promise<void>;
  }
}
