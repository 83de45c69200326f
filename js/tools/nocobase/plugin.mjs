// The built package in a running NocoBase: uploaded when it is missing or different, enabled.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { step } from '../common/report.mjs';
import { enablePlugin, PLUGIN, pluginInfo, signIn, until, uploadPlugin } from './api.mjs';

/**
 * Makes a NocoBase run exactly the package in `tgz`.
 *
 * New server code needs a new process, as the old one keeps what it has loaded; NocoBase's own update would ask a process
 * manager for that, which isn't there, so the package is replaced by uploading it again and the restart is ours.
 *
 * @param {object} options
 * @param {{url: string, stop(): Promise<void>}} options.nocobase
 * @param {string} options.dir the folder of the instance
 * @param {string} options.tgz
 * @param {() => Promise<object>} options.start starts the server again after it was stopped
 * @returns {Promise<{nocobase: object, token: string}>} the server that runs it, and an administrator's token
 */
export async function ensurePlugin({ nocobase, dir, tgz, start }) {
  const marker = path.join(dir, 'storage/uploaded.sha256');
  const wanted = packageHash(tgz);
  const uploaded = existsSync(marker) ? readFileSync(marker, 'utf8') : undefined;
  let server = nocobase;
  let token = await signIn(server.url);
  if (uploaded !== wanted) {
    step('uploading the plugin');
    const folder = path.join(dir, 'storage/plugins', PLUGIN);
    const before = identity(folder);
    await uploadPlugin(server.url, token, tgz);
    await until(async () => identity(folder) !== before, 'The plugin was uploaded but not unpacked');
    writeFileSync(marker, wanted);
    if (before) {
      await server.stop();
      // Tells NocoBase to bring the tables up to the new version as it starts.
      writeFileSync(path.join(dir, 'storage/.upgrading'), '');
      server = await start();
      token = await signIn(server.url);
    }
  }
  if (!(await pluginInfo(server.url, token)).enabled) {
    step('enabling the plugin');
    await enablePlugin(server.url, token);
    token = await signIn(server.url);
  }
  return { nocobase: server, token };
}

/** Tells one build of the package from another. */
export function packageHash(tgz) {
  return createHash('sha256').update(readFileSync(tgz)).digest('hex');
}

/** NocoBase unpacks elsewhere and moves the folder into place, so a new package is another folder. */
function identity(folder) {
  return existsSync(folder) ? statSync(folder).ino : undefined;
}
