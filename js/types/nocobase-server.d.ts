// The parts of NocoBase 2.2's server that the shim uses. Its own types need the whole of NocoBase installed.

declare module '@nocobase/database' {
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

  export interface Model {
    name: string;
    rawAttributes: Record<string, Attribute>;
    primaryKeyAttribute: string;
    getTableName(): unknown;
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

  export interface QueryOptions {
    bind: unknown[];
    logging: false;
    transaction?: Transaction;
  }

  export interface Repository {
    find(options: {
      filter?: Record<string, unknown>;
      fields?: string[];
      sort?: string[];
      limit?: number;
    }): Promise<{ get(name: string): unknown }[]>;
    create(options: { values: Record<string, unknown> }): Promise<unknown>;
  }

  export interface Database {
    getRepository(name: string): Repository;
    collection(options: CollectionOptions): Collection;
    getCollection(name: string): Collection | undefined;
    inDialect(...dialects: string[]): boolean;
    sequelize: {
      transaction<T>(
        options: { logging: false; type?: 'IMMEDIATE' },
        work: (transaction: Transaction) => Promise<T>,
      ): Promise<T>;
      options: { timezone: string };
      query(sql: string, options: QueryOptions & { type: 'SELECT' }): Promise<Record<string, unknown>[]>;
      /** How many rows were affected. */
      query(sql: string, options: QueryOptions & { type: 'BULKUPDATE' | 'BULKDELETE' }): Promise<number>;
      query(sql: string, options: QueryOptions): Promise<unknown>;
      getQueryInterface(): {
        queryGenerator: { quoteTable(table: unknown): string; quoteIdentifier(name: string): string };
      };
    };
  }
}

declare module '@nocobase/server' {
  import type { Database } from '@nocobase/database';

  export interface Context {
    path: string;
    request: { body?: unknown };
    /** There is none before NocoBase has found out which it is. */
    action?: { resourceName: string; actionName: string; params: Record<string, unknown> };
    state: { currentUser?: { id: number | string }; currentRole?: string; currentRoles?: string[] };
    get(header: string): string;
    req: { headers: { referer?: string } };
    res: { destroy(): void };
    protocol: string;
    host: string;
    status: number;
    body: unknown;
    withoutDataWrapping?: boolean;
    /** What multer has received. */
    file?: { originalname: string; mimetype: string; size: number; path: string };
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
    use(handler: Handler, options: { tag: string; after?: string; before: string }): void;
    acl: {
      allow(resource: string, action: string, condition: 'public' | 'loggedIn'): void;
      registerSnippet(snippet: { name: string; actions: string[] }): void;
      /** Shows a permission among the general ones of a role. */
      setAvailableAction(name: string, options: { displayName: string; onNewRecord: boolean }): void;
      getRole(name: string):
        | {
            snippetAllowed(path: string): boolean | null;
            getStrategy(): { matchAction(name: string): unknown } | null;
          }
        | undefined;
    };
    resourceManager: {
      define(options: { name: string; actions: Record<string, Handler>; only: string[] }): void;
      use(handler: Handler, options: { tag: string; before: string }): void;
      getRegisteredHandlers(): Map<string, unknown>;
    };
    environment: { getVariables(): Record<string, unknown> };
    aesEncryptor?: { key?: Uint8Array };
    pm: { getPlugins(): Map<unknown, Plugin>; get(name: string): { enabled: boolean } | undefined };
    i18n: { t(key: string, options: Record<string, unknown>): string };
    localeManager: { loadResourcesByLang(language: string): Promise<void> };
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

declare module '@nocobase/utils' {
  import type { Handler } from '@nocobase/server';

  /** multer for koa: fills `context.file`. */
  export function koaMulter(options: {
    dest: string;
    limits: { fileSize: number; files: number; fields: number; fieldSize: number };
  }): { single(field: string): Handler };
}
