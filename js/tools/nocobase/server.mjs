// A running NocoBase.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { requirePort } from '../common/preflight.mjs';
import { members, startGroup, stopRemembered } from '../common/processes.mjs';
import { UserError } from '../common/errors.mjs';
import { step } from '../common/report.mjs';

/** The administrator that NocoBase is installed with. */
export const administrator = { account: 'admin@nocobase.com', password: 'admin123' };

const COMMAND = 'node_modules/@nocobase/cli-v1/bin/index.js';
/** Lies with the uploads and plugins that belong to the database: without them it must be installed anew. */
const INSTALLED = 'storage/database-installed';

const LONGEST_START = 180_000;

/**
 * Starts the NocoBase of `dir` on 127.0.0.1 and waits until it answers. An empty database is installed first. A server left
 * running by a run that was killed is stopped before.
 *
 * @param {object} options
 * @param {string} options.dir a folder made by installNocobase
 * @param {number} options.port
 * @param {{port: number, user: string, password: string, name: string}} options.database
 * @param {boolean} [options.fresh] the database is empty
 * @param {Record<string, string>} [options.env] more environment
 * @returns {Promise<{url: string, pid: number, log: string, rss(): number, stop(): Promise<void>, kill(): Promise<void>, exited: Promise<number|null>}>}
 *   `rss` is the resident memory of the server process in bytes
 */
export async function startNocobase({ dir, port, database, fresh = false, env = {} }) {
  const pidFile = path.join(dir, 'nocobase.pid');
  const log = path.join(dir, 'nocobase.log');
  await stopRemembered(pidFile);
  await stopRemembered(path.join(dir, 'install.pid'));
  await requirePort(port, 'NocoBase', 'PORT');
  mkdirSync(path.join(dir, 'tmp'), { recursive: true });
  const environment = { ...settings(dir, port, database), ...env };
  if (fresh) await install(dir, environment);
  step(`starting NocoBase on 127.0.0.1:${port}`);
  const server = startGroup(process.execPath, [COMMAND, 'start', '--launch-mode', 'node'], {
    cwd: dir,
    env: environment,
    log,
    pidFile,
  });
  const url = `http://127.0.0.1:${port}`;
  await untilHealthy(url, server, log);
  return { ...server, url, log, rss: () => serverMemory(server.pid) };
}

async function install(dir, env) {
  step('installing NocoBase into the database');
  rmSync(path.join(dir, 'storage'), { recursive: true, force: true });
  mkdirSync(path.join(dir, 'storage/plugins'), { recursive: true });
  // In a group of its own: the command leaves the work to a child, which must not go on when this is interrupted.
  const log = path.join(dir, 'install.log');
  const pidFile = path.join(dir, 'install.pid');
  const { exited, stop } = startGroup(process.execPath, [COMMAND, 'install'], {
    cwd: dir,
    env,
    log,
    pidFile,
  });
  const code = await exited;
  await stop();
  if (code !== 0) throw new UserError(`NocoBase could not be installed into the database; ${log} says why.`);
  writeFileSync(path.join(dir, INSTALLED), '');
}

/** Whether this folder and its database were set up to the end; if not, the database is of no use. */
export function isSetUp(dir) {
  return existsSync(path.join(dir, INSTALLED));
}

/** What a stock installation has: in particular no PLUGIN_PACKAGE_PREFIX. */
function settings(dir, port, database) {
  return {
    APP_ENV: 'production',
    APP_KEY: secret(path.join(dir, 'app-key')),
    APP_HOST: '127.0.0.1',
    APP_PORT: String(port),
    API_BASE_PATH: '/api/',
    DB_DIALECT: 'postgres',
    DB_HOST: '127.0.0.1',
    DB_PORT: String(database.port),
    DB_DATABASE: database.name,
    DB_USER: database.user,
    DB_PASSWORD: database.password,
    DISABLE_PKG_DOWNLOAD: 'true',
    INIT_ROOT_EMAIL: administrator.account,
    INIT_ROOT_PASSWORD: administrator.password,
    INIT_ROOT_NICKNAME: 'Super Admin',
    INIT_ROOT_USERNAME: 'nocobase',
    LOGGER_TRANSPORT: 'console',
    LOGGER_LEVEL: 'warn',
    PATH: `${path.join(dir, 'node_modules/.bin')}${path.delimiter}${process.env.PATH}`,
    // On the disk of the plugins, so that an uploaded package is moved into place as a whole.
    TMPDIR: path.join(dir, 'tmp'),
    TZ: 'UTC',
  };
}

/** A random key that stays the same for this folder: everything stored encrypted depends on it. */
function secret(file) {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

async function untilHealthy(url, server, log) {
  const deadline = Date.now() + LONGEST_START;
  let ended = false;
  server.exited.then(() => (ended = true));
  while (Date.now() < deadline && !ended) {
    if (await isHealthy(url)) return;
    await sleep(250);
  }
  await server.stop();
  throw new UserError(`NocoBase did not start; ${log} says why.`);
}

async function isHealthy(url) {
  try {
    return (await fetch(`${url}/api/__health_check`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}

/** The largest of the group is the server; the others only started it. */
function serverMemory(pid) {
  return Math.max(0, ...members(pid).map((member) => member.bytes));
}
