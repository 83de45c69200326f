// The tests written in JavaScript: against the built package, and through a browser in a real NocoBase.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { packPackage } from '../build/package.mjs';
import { js, root } from '../common/paths.mjs';
import { step } from '../common/report.mjs';
import { run } from '../common/run.mjs';
import { ensureChromium } from '../toolchain/chromium.mjs';
import { added, judge } from './counts.mjs';
import { simulatorOfTests } from './native.mjs';

/** Against pkg/dist as built and its pages' logic, on NocoBase's own database layer, and of the tools that built it. */
export async function packageTests() {
  const env = { CHROMIUM: await ensureChromium() };
  // Those on the database wait for it much of the time; the others are in nobody's way.
  const lines = [['test/host'], ['test/unit', 'test/package', 'test/frame', 'tools/test']];
  const results = await Promise.all(lines.map((folders) => nodeTest(folders, env)));
  return added(results);
}

/** How many files work side by side: each mostly waits, for a boot, a schedule or a page. */
const GROUNDS = 3;

/**
 * Those that take longest begin first, so that none is left alone at the end; two that begin with an empty database are
 * among the first three, so that nobody waits while the one beside them makes what the others begin with.
 */
const LONG = [
  'accounts',
  'journey',
  'large',
  'organise',
  'compose',
  'reading',
  'settings',
  'crash',
  'accessibility',
];

/** Each file has a NocoBase of its own. What it prints comes when it has ended, so that files don't mix. */
export async function endToEndTests() {
  const env = {
    CHROMIUM: await ensureChromium(),
    EMAIL_MANAGER_PACKAGE: await packPackage(),
    EMAIL_MANAGER_SIMULATOR: await simulatorOfTests(),
  };
  const files = longestFirst(testFiles(path.join(root, 'tests/e2e')));
  const results = files.length === 0 ? [judge({ code: 1, output: '' })] : [];
  const work = async (ground) => {
    for (let file = files.shift(); file !== undefined; file = files.shift()) {
      step(`${path.basename(file)} begins`);
      const onGround = { ...env, EMAIL_MANAGER_GROUND: String(ground) };
      const ended = await runFiles([file], { env: onGround, quiet: true });
      process.stderr.write(ended.output);
      results.push(judge(ended));
    }
  };
  await Promise.all(Array.from({ length: GROUNDS }, (_, ground) => work(ground)));
  return added(results);
}

function longestFirst(files) {
  const rank = (file) => {
    const at = LONG.indexOf(path.basename(file, '.test.mjs'));
    return at < 0 ? LONG.length : at;
  };
  return files.sort((one, other) => rank(one) - rank(other));
}

/** What it prints comes when it has ended: there are others beside it. */
async function nodeTest(folders, env) {
  const files = folders.flatMap((folder) => testFiles(path.join(js, folder)));
  // Without a file named, node would run whatever it finds.
  if (files.length === 0) return judge({ code: 1, output: '' });
  const ended = await runFiles(files, { env, quiet: true });
  process.stderr.write(ended.output);
  return judge(ended);
}

function runFiles(files, options) {
  const args = ['--test', '--test-concurrency=1', '--test-reporter=spec', ...files];
  return run(process.execPath, args, { ...options, allowFailure: true });
}

function testFiles(folder) {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return names.filter((name) => name.endsWith('.test.mjs')).map((name) => path.join(folder, name));
}
