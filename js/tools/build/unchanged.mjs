// Skips a step whose inputs and output are what they were.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildState, root } from '../common/paths.mjs';

/**
 * Runs `work` unless the step called `name` ran with the same inputs before and its outputs are still there.
 *
 * @param {string[]} inputs files and folders, by path; what isn't there counts as absent
 * @param {unknown} settings whatever else the result depends on
 * @param {string[]} outputs files that `work` writes
 * @returns {Promise<boolean>} whether `work` ran
 */
export async function unlessUnchanged(name, { inputs, settings, outputs }, work) {
  const marker = path.join(buildState, `${name}.inputs`);
  const wanted = fingerprint(inputs, settings);
  const same = existsSync(marker) && readFileSync(marker, 'utf8') === wanted;
  if (same && outputs.every((file) => existsSync(file))) return false;
  rmSync(marker, { force: true });
  await work();
  mkdirSync(buildState, { recursive: true });
  writeFileSync(marker, wanted);
  return true;
}

/** A hash over the names and contents of files. */
export function fingerprint(inputs, settings = null) {
  const hash = createHash('sha256').update(JSON.stringify(settings));
  for (const input of inputs) {
    for (const file of filesUnder(input)) {
      hash.update(`\0${path.relative(root, file)}\0`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

/** The files at or under a path, in a fixed order. */
export function filesUnder(start) {
  if (!existsSync(start)) return [];
  if (statSync(start).isFile()) return [start];
  return readdirSync(start)
    .filter((name) => name !== 'node_modules')
    .sort()
    .flatMap((name) => filesUnder(path.join(start, name)));
}
