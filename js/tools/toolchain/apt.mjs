// Debian's packages: what is there, what can be had, and getting it as root.
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { capture, run } from '../common/run.mjs';
import { UserError } from '../common/errors.mjs';
import { step } from '../common/report.mjs';

/** Whether this is Debian or made from it. */
export function isDebian() {
  if (!existsSync('/etc/os-release')) return false;
  return /^ID(_LIKE)?=.*\bdebian\b/m.test(readFileSync('/etc/os-release', 'utf8'));
}

export function isRoot() {
  return process.getuid?.() === 0;
}

/** Those of `packages` that are not installed. */
export function missingPackages(packages) {
  return packages.filter(
    (name) => capture('dpkg-query', ['-W', '-f=${db:Status-Status}', name]) !== 'installed',
  );
}

/** Installs what is missing of `packages`; `purpose` is what the person asked to do it by hand is told. */
export async function ensurePackages(packages, purpose) {
  const missing = missingPackages(packages);
  if (missing.length === 0) return;
  if (!isRoot())
    throw new UserError(`Needed for ${purpose}: apt-get install ${missing.join(' ')} (as root).`);
  await updateLists();
  step(`installing Debian's ${missing.join(' ')}`);
  await aptGet(['install', '-y', '-q', '--no-install-recommends', ...missing], purpose);
}

/** Whether Debian's package lists offer all of `packages`. */
export async function offersPackages(packages) {
  if (missingPackages(packages).length === 0) return true;
  if (!isRoot()) return false;
  await updateLists();
  return packages.every((name) => /Candidate: \d/.test(capture('apt-cache', ['policy', name]) ?? ''));
}

let updated = false;
async function updateLists() {
  if (updated) return;
  step("refreshing Debian's package lists");
  await aptGet(['update', '-q'], "Debian's package lists");
  updated = true;
}

async function aptGet(args, purpose) {
  await run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    quiet: true,
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    failure: `apt-get failed for ${purpose}: is Debian's mirror reachable? Run this again to resume.`,
  });
}
