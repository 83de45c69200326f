//! The types of the boundary, as TypeScript reads them.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** What the plugin consists of. */
export interface Manifest {
  /** The namespace of its translations. */
  namespace: string;
  /** The permission snippet of those who may configure it. */
  snippet: string;
  /** The general permission of those who may link mailboxes, where the settings ask for it; its title is to be translated. */
  linking: { name: string; title: string };
  collections: ManifestCollection[];
  actions: ManifestAction[];
  schedules: ManifestSchedule[];
  /** The origins it may fetch before anything is configured. */
  origins: string[];
  /** Requests to this domain and those below it never leave the process: the stand-in of the package answers them. */
  standInDomain: string;
  /** Plugins that own the same collections. */
  conflictsWith: string[];
}
export interface ManifestCollection {
  name: string;
  title: string;
  fields: ManifestField[];
  /**
   * One for `words` is of a single column, for the operator `$words`, and one for `entries` for `$anyOf`; databases
   * without such indexes do without.
   */
  indexes: { fields: string[]; unique: boolean; words?: boolean; entries?: boolean }[];
}
export interface ManifestField {
  name: string;
  type: 'string' | 'text' | 'bigInt' | 'integer' | 'boolean' | 'datetimeTz' | 'json';
  /** Never in an answer of the host's own making. */
  hidden?: boolean;
}
export interface ManifestAction {
  resource: string;
  name: string;
  access: 'public' | 'loggedIn' | 'settings';
  /** It takes a file of at most so many bytes: the part `file` of a `multipart/form-data` body. */
  file?: number;
}
export interface ManifestSchedule {
  name: string;
  everySeconds: number;
  /** How many steps may be under way at once on one node. */
  concurrency: number;
}

/** A request as the host's server has understood it. */
export interface ActionRequest {
  resource: string;
  action: string;
  /** The query. */
  params: JsonObject;
  /** The body. */
  values: Json;
  user: { id: number; canConfigure: boolean; canLink: boolean } | null;
  /** An opaque name of the login, the same until the user signs out; null where there is none. */
  session?: string | null;
  /** `scheme://host[:port]` as the browser sees it. */
  origin: string;
  language: string;
  /** The file that came with it. */
  file?: IncomingFile;
}
/** A file that a browser uploads, read part by part. */
export interface IncomingFile {
  name: string;
  mimeType: string;
  size: number;
  /** The bytes from `offset` on, `length` of them; fewer only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}
export interface ActionResponse {
  body: Json;
  meta?: JsonObject;
  /** Schedules to run at once. */
  wake: string[];
  /** The answer instead of `body`. */
  bytes?: Uint8Array;
  /** Likewise: the body of what the host's `open` gave. */
  stream?: Response;
  headers?: { [name: string]: string };
}
export interface ScheduleOutcome {
  /** Whether the next step may follow at once. */
  again: boolean;
}

/** What a rejection of this module is. */
export interface EmailManagerError extends Error {
  name: 'EmailManagerError';
  code: string;
  /** The message for people, without its causes: the key of its translation. */
  sentence: string;
  retryable: boolean;
  httpStatus: number;
  field?: string;
  retryAfterSeconds?: number;
}

/** What the module needs from its host. */
export interface Host {
  /**
   * Sends a request, its redirects unfollowed. Rejects with an error whose `code` is `forbidden` for an origin that is not
   * allowed, or that leads to this machine or a private network without being allowed to, and `response_too_large` beyond
   * `maxBytes`; every other rejection means that there was no answer.
   */
  fetch(request: Request, limits: { timeoutMs: number; maxBytes: number }): Promise<Response>;
  /**
   * As `fetch`, but the body of a successful answer is left to be read, by `readNext` or by whom the host sends it to when
   * the answer comes back as a `stream`. The time limit is one for each part of it.
   */
  open?(request: Request, limits: { timeoutMs: number; maxBytes: number }): Promise<Response>;
  /** The next bytes of the body of what `open` gave, `length` of them; fewer only at its end. Needed beside `open`. */
  readNext?(response: Response, length: number): Promise<Uint8Array>;
  /** More origins that may be fetched; replaces those of an earlier call. */
  allowOrigins?(origins: AllowedOrigin[]): void;
  find(query: HostQuery): Promise<JsonObject[]>;
  count(collection: string, filter: JsonObject): Promise<number>;
  /** All or nothing: false when a precondition failed, a rejection when the storage did. */
  commit(operations: Operation[]): Promise<boolean>;
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  random(length: number): Uint8Array;
  applicationKey(): Uint8Array;
  environment(name: string): string | null | undefined;
  /** Null for a character set that is not known. */
  decodeText(label: string, bytes: Uint8Array): string | null;
  emit(event: HostEvent): void;
  /** Leaves a message in the host's own notifications; the same `key` again leaves none. */
  notify?(notification: Notification): Promise<void>;
  /** The members of the departments that a user heads, and of those below. */
  supervised?(userId: number): Promise<number[]>;
  /** Those of these users that there are. */
  people?(ids: number[]): Promise<Person[]>;
  /** The users who may configure the plugin. */
  administrators?(): Promise<number[]>;
  log(level: 'info' | 'warn' | 'error', message: string): void;
}
export interface AllowedOrigin {
  /** `scheme://host[:port]`. */
  origin: string;
  /** Whether its host may be an address of this machine or a private network. */
  private: boolean;
}
export interface HostQuery {
  collection: string;
  filter: JsonObject;
  /** All columns where empty. */
  fields: string[];
  /** Descending with a leading `-`. */
  sort: string[];
  limit: number | null;
  offset: number;
  /** Only rows behind the one that has these values in the columns of `sort`. */
  after: Json[] | null;
  /** Of the rows that agree in all these columns the first by `sort`; one with null in any of them stands for itself. */
  distinct: string[];
  /** Instead of the rows, their `count` with the same values in these columns; what `distinct` takes together counts once. */
  counted: string[] | null;
}
export interface HostEvent {
  type: string;
  userId: number;
  payload: Json;
}
export interface Notification {
  key: string;
  userId: number;
  /** Title and text are keys of translations into the user's language. */
  title: string;
  content: string;
  /** For `{{name}}` in both. */
  values: { [name: string]: string };
  /** Where it leads, as a path of the site. */
  path: string;
}
export interface Person {
  id: number;
  nickname: string;
}
/**
 * Rows as they are read: each item is some of them, as the JSON text (UTF-8) of an array of objects without NUL characters.
 * All have the `columns` of their operation.
 */
export type RowChunks = Iterable<Uint8Array>;
export type Operation =
  | { kind: 'insert'; collection: string; columns: string[]; rows: RowChunks }
  /** No two rows have the same `key`. */
  | { kind: 'upsert'; collection: string; key: string[]; columns: string[]; rows: RowChunks }
  | { kind: 'update'; collection: string; filter: JsonObject; values: JsonObject; expect: number | null }
  | { kind: 'delete'; collection: string; filter: JsonObject; expect: number | null };
"#;
