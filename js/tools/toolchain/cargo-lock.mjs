// What Cargo.lock decides for the tools.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../common/paths.mjs';
import { UserError } from '../common/errors.mjs';

/** The version of a crate that Cargo.lock pins. */
export function lockedVersion(crate) {
  const lock = readFileSync(path.join(root, 'Cargo.lock'), 'utf8');
  const entry = lock.match(new RegExp(`^name = "${crate}"\\nversion = "([^"]+)"`, 'm'));
  if (!entry) throw new UserError(`Cargo.lock names no ${crate}: run "cargo metadata" to write it anew.`);
  return entry[1];
}
