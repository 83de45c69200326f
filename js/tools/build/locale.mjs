// The translations, for the server and both client lanes: pkg/dist/locale.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { js, pkg } from '../common/paths.mjs';
import { UserError } from '../common/errors.mjs';

export function copyLocales() {
  const from = path.join(js, 'locale');
  const to = path.join(pkg, 'dist/locale');
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  if (!existsSync(from)) return;
  for (const file of readdirSync(from).filter((name) => name.endsWith('.json'))) {
    requireJson(path.join(from, file));
    cpSync(path.join(from, file), path.join(to, file));
  }
}

/** The host would silently show bare keys for a file that doesn't parse. */
function requireJson(file) {
  try {
    JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UserError(`${file} is not JSON: ${error.message}`);
  }
}
