// One complete installation in a folder of its own: PostgreSQL, NocoBase, and the built package running in it.
import path from 'node:path';
import { requirePort } from '../common/preflight.mjs';
import { until } from '../nocobase/api.mjs';
import { installNocobase } from '../nocobase/install.mjs';
import { ensurePlugin, packageHash } from '../nocobase/plugin.mjs';
import { startPostgres } from '../nocobase/postgres.mjs';
import { isSetUp, startNocobase } from '../nocobase/server.mjs';
import { makeLean } from './lean.mjs';
import { copyPrepared, copySite } from './prepared.mjs';

/** The name of NocoBase's database. */
export const DATABASE = 'nocobase';

/** Where a template is made; nobody else works there. */
const TEMPLATE_PORTS = { nocobase: 13490, database: 13491 };

/**
 * Starts an installation and, if `tgz` is given, makes it run that package. Stopped by `stop`, or when this process ends.
 *
 * @param {object} options
 * @param {string} options.dir
 * @param {{nocobase: number, database: number}} options.ports
 * @param {string} [options.tgz] without it the plugin is left as it is
 * @param {boolean} [options.fresh] begin with an empty database
 * @param {boolean} [options.prepared] begin as after enabling `tgz` in an empty database and a restart, from a copy where there is one,
 *   with only those of NocoBase's plugins that a mail site needs
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
  if (prepared) await copyPrepared({ dir, tgz, make: (template) => prepare(template, tgz) });
  const postgres = await startPostgres({ dir: path.join(dir, 'postgres'), port: ports.database, durable });
  const isNew = fresh || !isSetUp(app);
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
      copySite(app, second);
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

/** An installation that others begin with. */
async function prepare(dir, tgz) {
  const instance = await startInstance({ dir, ports: TEMPLATE_PORTS, tgz, fresh: true, durable: false });
  // What was uploaded makes NocoBase bring its own tables up to date as it starts next: once, instead of in every copy.
  await instance.restart();
  await instance.nocobase().stop();
  await makeLean(instance.postgres, DATABASE);
  await instance.stop();
}
