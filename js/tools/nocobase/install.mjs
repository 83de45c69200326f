// NocoBase's packages: installed once into the cache, then linked file by file into each instance.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from '../common/lock.mjs';
import { cache } from '../common/paths.mjs';
import { step } from '../common/report.mjs';
import { run } from '../common/run.mjs';

const manifest = path.join(path.dirname(fileURLToPath(import.meta.url)), 'app');
const FILES = ['package.json', 'package-lock.json'];

/** What NocoBase rewrites in place when it starts; an instance gets its own copy. */
const REWRITTEN = /^index\.html(\.tpl)?$/;

/**
 * Makes `dir` a folder that NocoBase can be run in.
 *
 * The plugin manager links uploaded plugins into node_modules, so every instance needs one of its own. Hard links make that
 * take two seconds and no space; on another disk than the cache the files are copied.
 */
export async function installNocobase({ dir }) {
  const wanted = manifestHash();
  const marker = path.join(dir, '.installed');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;
  const installed = await fetchNocobase();
  step('linking NocoBase into its folder');
  mkdirSync(dir, { recursive: true });
  rmSync(path.join(dir, 'node_modules'), { recursive: true, force: true });
  linkTree(path.join(installed, 'node_modules'), path.join(dir, 'node_modules'));
  for (const name of FILES) cpSync(path.join(manifest, name), path.join(dir, name));
  // NocoBase's own command looks for these two and stops without them.
  for (const name of ['.env.e2e', '.env.e2e.example']) writeFileSync(path.join(dir, name), '');
  writeFileSync(marker, wanted);
}

/** Of what says which packages they are. */
function manifestHash() {
  const texts = FILES.map((name) => readFileSync(path.join(manifest, name)));
  return createHash('sha256').update(texts.join('\0')).digest('hex');
}

/**
 * Has NocoBase's packages in the cache, and returns where.
 *
 * @param {object} [options]
 * @param {boolean} [options.yielding] leaves the processors to whatever else runs
 */
export async function fetchNocobase({ yielding = false } = {}) {
  const home = path.join(cache, `nocobase-${manifestHash().slice(0, 16)}`);
  if (existsSync(home)) return home;
  await withLock('nocobase', async () => {
    if (existsSync(home)) return;
    step('installing NocoBase from the npm registry (about a minute, 1 GB)');
    const draft = `${home}.draft`;
    mkdirSync(draft, { recursive: true });
    for (const name of FILES) cpSync(path.join(manifest, name), path.join(draft, name));
    await run(
      'npm',
      ['ci', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error'],
      {
        cwd: draft,
        quiet: true,
        yielding,
        failure: 'NocoBase could not be installed: is the npm registry reachable? Run this again to resume.',
      },
    );
    renameSync(draft, home);
  });
  return home;
}

function linkTree(from, to) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (REWRITTEN.test(entry.name)) copyFileSync(source, target);
    else linkOrCopy(source, target);
  }
}

function linkOrCopy(source, target) {
  try {
    linkSync(source, target);
  } catch (error) {
    if (error.code !== 'EXDEV' && error.code !== 'EMLINK' && error.code !== 'EPERM') throw error;
    copyFileSync(source, target);
  }
}
