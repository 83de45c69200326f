// NocoBase's HTTP interface as an administrator uses it: signing in, and the plugin manager.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../common/errors.mjs';
import { administrator } from './server.mjs';

/** The name of the package, and so of the plugin. */
export const PLUGIN = 'nocobase-plugin-email-manager';

const LONGEST_WAIT = 120_000;

/**
 * Signs in with a password.
 *
 * @returns {Promise<string>} the token for `call`
 */
export async function signIn(url, { account, password } = administrator) {
  const { data } = await call(url, undefined, 'auth:signIn', {
    body: { account, password },
    headers: { 'X-Authenticator': 'basic' },
  });
  return data.token;
}

/**
 * Calls an action of NocoBase: POST with a JSON or form body, GET without. An answer of 400 and above is an error.
 *
 * @returns {Promise<any>} the parsed answer
 */
export async function call(url, token, action, { body, headers = {} } = {}) {
  const isForm = body instanceof FormData;
  const response = await fetch(`${url}/api/${action}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(body !== undefined && !isForm ? { 'content-type': 'application/json' } : {}),
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: body === undefined || isForm ? body : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${action} answered ${response.status}: ${text.slice(0, 500)}`);
  return text ? JSON.parse(text) : undefined;
}

/** Uploads the package the way the plugin manager's page does, and waits until it is listed there. */
export async function uploadPlugin(url, token, tgz) {
  const form = new FormData();
  form.set('file', new Blob([readFileSync(tgz)], { type: 'application/gzip' }), path.basename(tgz));
  await call(url, token, 'pm:add', { body: form });
  await until(async () => Boolean(await pluginInfo(url, token)), 'The plugin was uploaded but is not listed');
}

/** Enables the plugin in the running server. */
export async function enablePlugin(url, token) {
  await call(url, token, `pm:enable?filterByTk=${PLUGIN}&awaitResponse=true`, { body: {} });
  await until(
    async () => Boolean((await pluginInfo(url, token))?.enabled),
    'The plugin was enabled but does not run',
  );
}

/** Disables the plugin in the running server. */
export async function disablePlugin(url, token) {
  await call(url, token, `pm:disable?filterByTk=${PLUGIN}&awaitResponse=true`, { body: {} });
  await until(
    async () => (await pluginInfo(url, token))?.enabled === false,
    'The plugin was disabled but still runs',
  );
}

/** What the plugin manager lists for the plugin, or undefined. */
export async function pluginInfo(url, token) {
  const { data } = await call(url, token, 'pm:list');
  return data.find((plugin) => plugin.packageName === PLUGIN);
}

/** Waits for a condition that may fail while the server reloads; gives up after two minutes. */
export async function until(done, complaint) {
  const deadline = Date.now() + LONGEST_WAIT;
  while (Date.now() < deadline) {
    if (await done().catch(() => false)) return;
    await sleep(250);
  }
  throw new UserError(`${complaint} after ${LONGEST_WAIT / 1000} s.`);
}
