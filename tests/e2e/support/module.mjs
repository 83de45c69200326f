// The built module with the shim's own host on NocoBase's database layer, without the rest of NocoBase: what one of several
// server processes has of the plugin.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pkg } from '../../../js/tools/common/paths.mjs';
import { loadServer, requireNocobase } from '../../../js/test/host/nocobase.mjs';
import { PORTS } from './ground.mjs';

const ORIGIN = `http://127.0.0.1:${PORTS.nocobase}`;
const module = createRequire(import.meta.url)(path.join(pkg, 'dist/wasm/email_manager.js'));

/**
 * Opens the module on a database. `call` is an action as an administrator, `step` one step of the schedule.
 *
 * @param {{port: number, user: string, password: string, name: string}} database
 */
export async function openModule(database) {
  const requireHost = await requireNocobase();
  const { Database } = requireHost('@nocobase/database');
  const { createHost } = await loadServer('host.ts', requireHost);
  const { defineCollections } = await loadServer('collections.ts', requireHost);
  const { port, user: username, password, name } = database;
  const db = new Database({
    ...{ dialect: 'postgres', host: '127.0.0.1', port, username, password, database: name },
    ...{ logging: false, underscored: true, pool: { max: 20 } },
  });
  const manifest = module.manifest();
  defineCollections(db, manifest);
  await db.sync();
  const log = Object.fromEntries(['info', 'warn', 'error'].map((level) => [level, () => {}]));
  const host = createHost(application, db, log, manifest);
  const manager = new module.EmailManager(host);
  await manager.enable();
  const user = { id: 1, canConfigure: true };
  return {
    db,
    call: async (action, values = {}) => {
      const request = {
        resource: 'mail',
        action,
        params: {},
        values,
        user,
        origin: ORIGIN,
        language: 'en-US',
      };
      return (await manager.action(request)).body;
    },
    step: async () => (await manager.runSchedule('sync')).again,
    async close() {
      host.close();
      await db.close();
    },
  };
}

/** What the host takes from NocoBase's application besides the database. */
const application = {
  aesEncryptor: { key: Buffer.alloc(32, 7) },
  environment: { getVariables: () => ({}) },
  emit: () => {},
};
