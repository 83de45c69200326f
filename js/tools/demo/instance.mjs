// One complete installation in a folder of its own: PostgreSQL, NocoBase, and the built package running in it.
import { cpSync, lstatSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { requirePort } from '../common/preflight.mjs';
import { PLUGIN, signIn, until } from '../nocobase/api.mjs';
import { installNocobase } from '../nocobase/install.mjs';
import { ensurePlugin, packageHash } from '../nocobase/plugin.mjs';
import { startPostgres } from '../nocobase/postgres.mjs';
import { isSetUp, startNocobase } from '../nocobase/server.mjs';
import { preparedFor } from './prepared.mjs';

/** The name of NocoBase's database. */
export const DATABASE = 'nocobase';

/**
 * Starts an installation and, if `tgz` is given, makes it run that package. Stopped by `stop`, or when this process ends.
 *
 * @param {object} options
 * @param {string} options.dir
 * @param {{nocobase: number, database: number}} options.ports
 * @param {string} [options.tgz] without it the plugin is left as it is
 * @param {boolean} [options.fresh] begin with an empty database
 * @param {boolean} [options.prepared] begin as after enabling `tgz` in an empty database and a restart, from a copy where there is one
 * @param {boolean} [options.durable] false trades safety in a power cut for speed
 * @param {Record<string, string>} [options.env] more environment for NocoBase
 * @returns {Promise<{url: string, token?: string, postgres: object, nocobase(): object, restart(): Promise<void>,
 *   crash(meanwhile?: () => Promise<unknown>): Promise<void>, startNode(port: number): Promise<object>, stop(): Promise<void>}>}
 *   `nocobase()` is the server as it runs now: a restart makes another. `crash` kills it and starts it again; `startNode`
 *   starts a second one on the same database, in a folder of its own
 */
export async function startInstance({
  dir,
  ports,
  tgz,
  fresh = false,
  prepared = false,
  durable = true,
  env,
}) {
  const app = path.join(dir, 'app');
  await installNocobase({ dir: app });
  const postgres = await startPostgres({ dir: path.join(dir, 'postgres'), port: ports.database, durable });
  // Another NocoBase makes another database of the same package.
  const key = prepared && `${readFileSync(path.join(app, '.installed'), 'utf8')} ${packageHash(tgz)}`;
  const template = prepared && preparedFor({ dir, postgres, database: DATABASE, key });
  const restored = template && (await template.restore());
  const isNew = !restored && (fresh || prepared || !isSetUp(app));
  if (isNew) await postgres.dropDatabase(DATABASE);
  await postgres.createDatabase(DATABASE);
  // Packed files all have the same date, by which NocoBase names their address: without a salt a browser would keep an old page.
  const salt = tgz ? { PLUGIN_URL_HASH_SALT: packageHash(tgz) } : {};
  const start = (options = {}) =>
    startNocobase({
      dir: app,
      port: ports.nocobase,
      database: { ...postgres, name: DATABASE },
      env: { ...salt, ...env },
      ...options,
    });
  let nocobase = await start({ fresh: isNew });
  let token, node;
  if (tgz) ({ nocobase, token } = await ensurePlugin({ nocobase, dir: app, tgz, start }));
  if (template && !restored) {
    await nocobase.stop();
    await template.keep();
    nocobase = await start();
    token = await signIn(nocobase.url);
  }
  return {
    url: nocobase.url,
    token,
    postgres,
    nocobase: () => nocobase,
    restart: async () => {
      await nocobase.stop();
      nocobase = await start();
    },
    crash: async (meanwhile = () => {}) => {
      await nocobase.kill();
      await meanwhile();
      const isFree = () => requirePort(ports.nocobase, 'NocoBase', 'PORT').then(() => true);
      await until(isFree, 'The process was killed but its port is still taken');
      nocobase = await start();
    },
    startNode: async (port) => {
      const second = path.join(dir, 'app-2');
      await installNocobase({ dir: second });
      // Nodes of a site share its keys, its uploads and its plugins.
      const filter = (source) => !lstatSync(source).isSocket();
      for (const name of ['storage', 'app-key']) {
        rmSync(path.join(second, name), { recursive: true, force: true });
        cpSync(path.join(app, name), path.join(second, name), {
          recursive: true,
          verbatimSymlinks: true,
          filter,
        });
      }
      const link = path.join(second, 'node_modules', PLUGIN);
      rmSync(link, { force: true });
      symlinkSync(path.join(second, 'storage/plugins', PLUGIN), link);
      node = await start({ dir: second, port });
      return node;
    },
    stop: async () => {
      await node?.stop();
      await nocobase.stop();
      await postgres.stop();
    },
  };
}
