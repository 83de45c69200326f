// A NocoBase server with the shim as a plugin, in this process.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import process from 'node:process';
import { tmpdir } from 'node:os';

const PLUGINS = [
  'error-handler',
  'field-sort',
  'data-source-main',
  'data-source-manager',
  'ui-schema-storage',
  'system-settings',
  'auth',
  'users',
  'acl',
  'user-data-sync',
];

const root = { account: 'admin@nocobase.com', password: 'admin123' };

/** Starts NocoBase with `plugin`, and `more` of its own, on a new database. */
export async function startApplication(requireHost, database, plugin, more = []) {
  const storage = mkdtempSync(path.join(tmpdir(), 'email-manager-application-'));
  Object.assign(process.env, {
    APP_ENV: 'production',
    APP_KEY: 'application key of the tests',
    API_BASE_PATH: '/api/',
    INIT_ROOT_EMAIL: root.account,
    INIT_ROOT_PASSWORD: root.password,
    INIT_ROOT_USERNAME: 'nocobase',
    INIT_ROOT_NICKNAME: 'Root',
    LOGGER_LEVEL: 'error',
    LOGGER_TRANSPORT: 'console',
    NODE_MODULES_PATH: path.resolve(requireHost.resolve('@nocobase/server/package.json'), '../../..'),
    PLUGIN_PACKAGE_PREFIX: '@nocobase/plugin-,@nocobase/preset-',
    STORAGE_PATH: storage,
  });
  const { Application } = requireHost('@nocobase/server');
  const app = new Application({
    name: 'main',
    skipSupervisor: true,
    database: { ...database, logging: false },
    resourcer: { prefix: '/api' },
    acl: true,
    cacheManager: { defaultStore: 'memory' },
    plugins: [...PLUGINS, ...more, [plugin, { name: 'email-manager-under-test' }]],
  });
  await app.runCommandThrowError('install', '-f');
  await app.runCommandThrowError('start');
  const server = createServer(app.callback());
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${server.address().port}/api/`;

  const call = async (token, method, url, { body, headers } = {}) => {
    const response = await fetch(base + url, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    return {
      status: response.status,
      headers: response.headers,
      bytes,
      json: () => JSON.parse(bytes.toString()),
    };
  };
  const signIn = async (account, password) => {
    const headers = { 'x-authenticator': 'basic' };
    const answer = await call(null, 'POST', 'auth:signIn', { body: { account, password }, headers });
    return answer.json().data.token;
  };
  return {
    app,
    base,
    call,
    signIn,
    signInRoot: () => signIn(root.account, root.password),
    async close() {
      server.close();
      server.closeAllConnections();
      await app.destroy();
      rmSync(storage, { recursive: true, force: true });
    },
  };
}
