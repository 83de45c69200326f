// An installation with the package enabled, kept as a template: the next one begins as a copy of it, which takes a second
// instead of twenty.
import { cpSync, existsSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const TEMPLATE = 'prepared';

/**
 * The template of the installation in `dir`, for one build of the package.
 *
 * @param {object} options
 * @param {string} options.dir of the instance
 * @param {object} options.postgres
 * @param {string} options.database whose copy it is
 * @param {string} options.key what it is good for: another key needs another template
 */
export function preparedFor({ dir, postgres, database, key }) {
  const storage = path.join(dir, 'app/storage');
  const kept = path.join(dir, 'prepared');
  // Written last: a template that was interrupted has none.
  const marker = path.join(kept, '.key');
  return {
    /** Puts the copy in place; false where there is no template. NocoBase must not run. */
    async restore() {
      if (!existsSync(marker) || readFileSync(marker, 'utf8') !== key) return false;
      await postgres.dropDatabase(database);
      await postgres.createDatabase(database, TEMPLATE);
      replace(kept, storage);
      return true;
    },
    /** Makes the template of what there is now. NocoBase must not run. */
    async keep() {
      rmSync(marker, { force: true });
      await postgres.dropDatabase(TEMPLATE);
      await postgres.createDatabase(TEMPLATE, database);
      replace(storage, kept);
      writeFileSync(marker, key);
    },
  };
}

function replace(from, to) {
  const filter = (source) => !lstatSync(source).isSocket();
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, filter });
}
