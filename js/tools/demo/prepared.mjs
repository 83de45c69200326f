// An installation with the package enabled, kept as it lies on the disk: others begin as a copy of it, which takes a second
// instead of a minute.
import {
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { withLock } from '../common/lock.mjs';
import { demo } from '../common/paths.mjs';
import { PLUGIN } from '../nocobase/api.mjs';
import { packageHash } from '../nocobase/plugin.mjs';
import { copyPostgres } from '../nocobase/postgres.mjs';

const TEMPLATE = path.join(demo, 'prepared');

/**
 * Makes the installation in `dir`, whose NocoBase is installed and does not run, a copy of the template for one build of the
 * package.
 *
 * @param {object} options
 * @param {string} options.dir
 * @param {string} options.tgz
 * @param {(dir: string) => Promise<void>} options.make makes the template where there is none, and stops it
 */
export async function copyPrepared({ dir, tgz, make }) {
  const app = path.join(dir, 'app');
  // Another NocoBase makes another database of the same package.
  const key = `${readFileSync(path.join(app, '.installed'), 'utf8')} ${packageHash(tgz)}`;
  const marker = path.join(TEMPLATE, '.key');
  // Several begin at once: the first makes it, nobody copies what is half made.
  await withLock('nocobase-with-package', async () => {
    if (!existsSync(marker) || readFileSync(marker, 'utf8') !== key) {
      rmSync(marker, { force: true });
      await make(TEMPLATE);
      writeFileSync(marker, key);
    }
    await copyPostgres(path.join(TEMPLATE, 'postgres'), path.join(dir, 'postgres'));
    copySite(path.join(TEMPLATE, 'app'), app);
  });
}

/** What belongs to the database of a NocoBase, into the folder of another: its key, its uploads and its plugins. */
export function copySite(from, to) {
  const isNoSocket = (source) => !lstatSync(source).isSocket();
  const storage = path.join(to, 'storage');
  rmSync(storage, { recursive: true, force: true });
  cpSync(path.join(from, 'storage'), storage, {
    recursive: true,
    verbatimSymlinks: true,
    filter: isNoSocket,
  });
  copyFileSync(path.join(from, 'app-key'), path.join(to, 'app-key'));
  const link = path.join(to, 'node_modules', PLUGIN);
  rmSync(link, { force: true });
  symlinkSync(path.join(storage, 'plugins', PLUGIN), link);
}
