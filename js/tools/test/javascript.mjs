// The tests written in JavaScript: against the built package, and through a browser in a real NocoBase.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { packPackage } from '../build/package.mjs';
import { js, root } from '../common/paths.mjs';
import { step } from '../common/report.mjs';
import { run } from '../common/run.mjs';
import { buildSimulator } from '../demo/simulator.mjs';
import { ensureChromium } from '../toolchain/chromium.mjs';
import { judge } from './counts.mjs';

/** Against pkg/dist as built and its pages' logic, on NocoBase's own database layer, and of the tools that built it. */
export async function packageTests() {
  const tests = ['test/unit', 'test/package', 'test/host', 'test/frame', 'tools/test'];
  return nodeTest(
    tests.map((folder) => path.join(js, folder)),
    { CHROMIUM: await ensureChromium() },
  );
}

/** How many files work side by side: each mostly waits, for a boot, a schedule or a page. */
const GROUNDS = 3;

/** Those that take longest begin first, so that none is left alone at the end. */
const LONG = ['accounts', 'organise', 'compose', 'settings', 'crash', 'accessibility'];

/** Each file has a NocoBase of its own. What it prints comes when it has ended, so that files don't mix. */
export async function endToEndTests() {
  const env = { CHROMIUM: await ensureChromium(), EMAIL_MANAGER_PACKAGE: await packPackage() };
  await buildSimulator();
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
  const sum = (figure) => results.reduce((total, each) => total + each[figure], 0);
  return { passed: sum('passed'), failed: sum('failed') };
}

function longestFirst(files) {
  const rank = (file) => {
    const at = LONG.indexOf(path.basename(file, '.test.mjs'));
    return at < 0 ? LONG.length : at;
  };
  return files.sort((one, other) => rank(one) - rank(other));
}

async function nodeTest(folders, env) {
  const files = folders.flatMap(testFiles);
  // Without a file named, node would run whatever it finds.
  if (files.length === 0) return judge({ code: 1, output: '' });
  return judge(await runFiles(files, { env }));
}

function runFiles(files, options) {
  const args = ['--test', '--test-concurrency=1', '--test-reporter=spec', ...files];
  return run(process.execPath, args, { ...options, allowFailure: true });
}

function testFiles(folder) {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return names.filter((name) => name.endsWith('.test.mjs')).map((name) => path.join(folder, name));
}
