// What the module borrows from NocoBase and Node.
import { randomBytes } from 'node:crypto';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Database } from '@nocobase/database';
import type { Application, Logger } from '@nocobase/server';
import type { Host, Manifest } from 'email-manager';
import { Fetcher } from './fetcher';
import { notify } from './notifications';
import { people, supervised } from './people';
import { readNext } from './responses';
import { administrators } from './roles';
import { StandIn } from './standin';
import { guarded, Storage } from './storage';

/** A host that can be told to let go of whatever it still waits for. */
export interface ServerHost extends Host {
  /** Once the tables are there. */
  prepare(): Promise<void>;
  close(): void;
}

export function createHost(app: Application, db: Database, log: Logger, manifest: Manifest): ServerHost {
  const fetcher = new Fetcher(manifest.origins);
  const standIn = new StandIn(manifest.standInDomain);
  const storage = new Storage(
    db,
    manifest.collections.map(({ name }) => name),
  );
  const settings = manifest.actions
    .filter(({ access }) => access === 'settings')
    .map(({ resource, name }) => `${resource}:${name}`);
  return {
    fetch: (request, limits) => (standIn.serves(request.url) ? standIn : fetcher).fetch(request, limits),
    open: (request, limits) =>
      standIn.serves(request.url) ? standIn.fetch(request, limits) : fetcher.open(request, limits),
    readNext,
    allowOrigins: (origins) => fetcher.allow(origins),
    find: (query) => storage.find(query),
    count: (collection, filter) => storage.count(collection, filter),
    commit: (operations) => storage.commit(operations),
    now: () => Date.now(),
    // A process that ends doesn't wait for a timer. A timer takes a millisecond at least; a turn for others is shorter.
    sleep: (milliseconds) =>
      milliseconds > 0 ? setTimeout(milliseconds, undefined, { ref: false }) : setImmediate(),
    random: (length) => randomBytes(length),
    applicationKey: () => applicationKey(app),
    environment: (name) => environment(app, name),
    decodeText,
    emit: ({ type, userId, payload }) => app.emit('ws:sendToUser', { userId, message: { type, payload } }),
    notify: (notification) => guarded(() => notify(app, db, manifest.namespace, notification)),
    supervised: (userId) => guarded(() => supervised(db, userId)),
    people: (ids) => guarded(() => people(db, ids)),
    administrators: () => guarded(() => administrators(app, db, settings)),
    log: (level, message) => log[level](message),
    prepare: () => storage.index(manifest.collections),
    close: () => fetcher.close(),
  };
}

/** The key with which NocoBase protects stored secrets itself; every application has one of its own. */
function applicationKey(app: Application): Uint8Array {
  const key = app.aesEncryptor?.key;
  if (!key?.length) throw new Error('the application has no key');
  return new Uint8Array(key);
}

function environment(app: Application, name: string): string | null {
  const variables = app.environment.getVariables();
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  return typeof value === 'string' ? value : null;
}

function decodeText(label: string, bytes: Uint8Array): string | null {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(label);
  } catch {
    return null;
  }
  return decoder.decode(bytes);
}
