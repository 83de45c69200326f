// What the shim uses of NocoBase 2.2's server; the packages are large, and the host supplies them.
declare module '@nocobase/database' {
  export interface CollectionOptions {
    name: string;
    fields: Array<{ name: string; type: string } & Record<string, unknown>>;
    [option: string]: unknown;
  }

  export interface Model {
    get(name: string): unknown;
    set(name: string, value: unknown): void;
    toJSON(): Record<string, unknown>;
  }

  export interface QueryOptions {
    filter?: object;
    filterByTk?: string | number;
    fields?: string[];
    appends?: string[];
    sort?: string[];
    limit?: number;
    offset?: number;
    values?: object;
    transaction?: Transaction;
  }

  export interface Repository {
    find(options?: QueryOptions): Promise<Model[]>;
    findOne(options?: QueryOptions): Promise<Model | null>;
    count(options?: QueryOptions): Promise<number>;
    create(options: QueryOptions): Promise<Model>;
    update(options: QueryOptions): Promise<Model[]>;
    destroy(options: QueryOptions): Promise<number>;
  }

  export interface Transaction {
    commit(): Promise<void>;
    rollback(): Promise<void>;
  }

  export interface Sequelize {
    transaction<T>(run: (transaction: Transaction) => Promise<T>): Promise<T>;
    transaction(): Promise<Transaction>;
    query(sql: string, options?: object): Promise<unknown>;
    getDialect(): string;
  }

  export interface Database {
    sequelize: Sequelize;
    collection(options: CollectionOptions): object;
    hasCollection(name: string): boolean;
    getCollection(name: string): { name: string; model: object; repository: Repository };
    getRepository(name: string): Repository;
    on(event: string, listener: (...values: never[]) => unknown): this;
    off(event: string, listener: (...values: never[]) => unknown): this;
  }
}

declare module '@nocobase/server' {
  import type { IncomingMessage } from 'node:http';
  import type { Database } from '@nocobase/database';

  export interface Context {
    action: {
      resourceName: string;
      actionName: string;
      params: Record<string, unknown> & { values?: unknown };
    };
    app: Application;
    auth?: { user?: { id: number } };
    body: unknown;
    db: Database;
    i18n: { language: string };
    req: IncomingMessage;
    request: {
      headers: Record<string, string | undefined>;
      rawBody?: string;
      host: string;
      protocol: string;
    };
    state: { currentUser?: { id: number }; currentRole?: string; currentRoles?: string[] } & Record<
      string,
      unknown
    >;
    status: number;
    type: string;
    withoutDataWrapping?: boolean;
    set(name: string, value: string): void;
    t(key: string, options?: Record<string, unknown>): string;
    throw(status: number, message?: string | object): never;
  }

  export type Next = () => Promise<void>;
  export type Handler = (context: Context, next: Next) => Promise<void>;

  export interface Application {
    name: string;
    acl: {
      allow(
        resource: string,
        actions: string | string[],
        condition?: 'public' | 'loggedIn' | ((context: Context) => boolean | Promise<boolean>),
      ): void;
      registerSnippet(snippet: { name: string; actions: string[] }): void;
    };
    aesEncryptor: { encrypt(text: string): Promise<string>; decrypt(text: string): Promise<string> };
    cronJobManager: {
      addJob(job: { cronTime: string; onTick: () => void; start?: boolean }): { start(): void; stop(): void };
      removeJob(job: object): void;
    };
    db: Database;
    environment: { renderJsonTemplate<T>(template: T): T };
    lockManager: { runExclusive<T>(key: string, run: () => Promise<T>, ttl?: number): Promise<T> };
    log: Record<'debug' | 'info' | 'warn' | 'error', (message: string, details?: object) => void>;
    pm: { get(name: string): { enabled?: boolean } | undefined };
    resourceManager: { define(resource: { name: string; actions: Record<string, Handler> }): void };
    emit(event: string, ...values: unknown[]): boolean;
    emitAsync(event: string, ...values: unknown[]): Promise<boolean>;
    on(event: string, listener: (...values: never[]) => unknown): this;
    off(event: string, listener: (...values: never[]) => unknown): this;
    use(handler: Handler, options?: { tag?: string; after?: string; before?: string }): this;
  }

  export class Plugin<Options = unknown> {
    constructor(app: Application, options?: Options);
    app: Application;
    db: Database;
    log: Application['log'];
    name: string;
    enabled: boolean;
    options: Options;
    afterAdd(): Promise<void>;
    beforeLoad(): Promise<void>;
    load(): Promise<void>;
    install(): Promise<void>;
    upgrade(): Promise<void>;
    beforeEnable(): Promise<void>;
    afterEnable(): Promise<void>;
    beforeDisable(): Promise<void>;
    afterDisable(): Promise<void>;
    t(key: string, options?: Record<string, unknown>): string;
  }
}
