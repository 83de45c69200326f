// One writer at a time in the shared cache.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import process from 'node:process';
import { cache } from './paths.mjs';
import { step } from './report.mjs';
import { isAlive } from './processes.mjs';

/**
 * Runs `work` while holding the lock called `name`; a second tool waits until the first is done.
 * A lock whose owner is gone is taken over.
 */
export async function withLock(name, work) {
  mkdirSync(cache, { recursive: true });
  const file = path.join(cache, `${name}.lock`);
  let told = false;
  while (!tryLock(file)) {
    if (!told) step(`waiting for another run that is preparing ${name} (${file})`);
    told = true;
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (isAbandoned(file)) removeAbandoned(file);
  return false;
}

/** Only one of those who wait may remove it, and looks again first: a slower one would remove the lock of the quicker. */
function removeAbandoned(file) {
  const turn = `${file}.turn`;
  try {
    writeFileSync(turn, '', { flag: 'wx' });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isOld(turn)) rmSync(turn, { force: true });
    return;
  }
  if (isAbandoned(file)) rmSync(file, { force: true });
  rmSync(turn, { force: true });
}

/** An owner writes its id right after creating the file, so an empty one counts only once it is old. */
function isAbandoned(file) {
  try {
    const owner = Number(readFileSync(file, 'utf8'));
    if (owner > 0) return !isAlive(owner);
    return isOld(file);
  } catch {
    return false;
  }
}

function isOld(file) {
  const { mtimeMs = Date.now() } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return Date.now() - mtimeMs > 10_000;
}
