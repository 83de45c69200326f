// The shim's own code beside a real NocoBase: its packages, its Database, and PostgreSQL or SQLite below.
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { demo, js } from '../../tools/common/paths.mjs';
import { installNocobase } from '../../tools/nocobase/install.mjs';
import { startPostgres } from '../../tools/nocobase/postgres.mjs';

const PORT = Number(process.env.EMAIL_MANAGER_TEST_PGPORT ?? 14310);

const home = path.join(demo, 'host-tests');

/** `require` as a plugin of a NocoBase has it. */
export async function requireNocobase() {
  await installNocobase({ dir: home });
  // Read once, when NocoBase's logger is loaded; by default it writes into the working directory.
  process.env.STORAGE_PATH = path.join(home, 'storage');
  return createRequire(path.join(home, 'package.json'));
}

/** What a file of js/server exports, compiled as the package's bundle is. */
export async function loadServer(file, requireHost) {
  const { outputFiles } = await build({
    absWorkingDir: js,
    bundle: true,
    entryPoints: [path.join('server', file)],
    external: ['@nocobase/*', 'email-manager', 'email-manager-stand-in'],
    format: 'cjs',
    supported: { 'dynamic-import': false },
    platform: 'node',
    target: 'node20',
    write: false,
  });
  const module = { exports: {} };
  new Function('require', 'module', 'exports', outputFiles[0].text)(requireHost, module, module.exports);
  return module.exports;
}

/**
 * An empty database of a server that somebody runs, to test on it, too: `mariadb://user:password@127.0.0.1:3306/name`, or
 * `mysql:` likewise.
 */
const OTHER = process.env.EMAIL_MANAGER_TEST_DATABASE;

/** The databases that NocoBase has drivers for here: SQLite's is compiled at installation, which ours leaves out. */
export function availableDialects(requireHost) {
  const { sqlite, ...others } = dialects;
  const available = OTHER ? { ...others, ...other(new URL(OTHER)) } : others;
  try {
    requireHost.resolve('sqlite3');
    return { ...available, sqlite };
  } catch {
    return available;
  }
}

function other({ protocol, hostname, port, username, password, pathname }) {
  const dialect = protocol.slice(0, -1);
  const [user, secret, database] = [username, password, pathname.slice(1)].map(decodeURIComponent);
  const options = {
    dialect,
    host: hostname,
    port: Number(port || 3306),
    username: user,
    password: secret,
    database,
  };
  return { [dialect]: () => Promise.resolve({ options, stop: () => Promise.resolve() }) };
}

/** The databases to test on, each started on first use. */
export const dialects = {
  async postgres() {
    const dir = mkdtempSync(path.join(tmpdir(), 'email-manager-host-'));
    const server = await startPostgres({ dir, port: PORT, durable: false });
    await server.createDatabase('host');
    const { port, user, password } = server;
    return {
      options: { dialect: 'postgres', host: '127.0.0.1', port, username: user, password, database: 'host' },
      async stop() {
        await server.stop();
        rmSync(dir, { recursive: true, force: true });
      },
    };
  },
  sqlite() {
    return Promise.resolve({
      options: { dialect: 'sqlite', storage: ':memory:' },
      stop: () => Promise.resolve(),
    });
  },
};
