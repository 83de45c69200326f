// The tests written in JavaScript: against the built package, and through a browser in a real NocoBase.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { packPackage } from '../build/package.mjs';
import { js, root } from '../common/paths.mjs';
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

/** One file after the other: each has the NocoBase, the ports and the two cores to itself. */
export async function endToEndTests() {
  const browser = await ensureChromium();
  const tgz = await packPackage();
  await buildSimulator();
  return nodeTest([path.join(root, 'tests/e2e')], { CHROMIUM: browser, EMAIL_MANAGER_PACKAGE: tgz });
}

async function nodeTest(folders, env) {
  const files = folders.flatMap(testFiles);
  // Without a file named, node would run whatever it finds.
  if (files.length === 0) return judge({ code: 1, output: '' });
  const args = ['--test', '--test-concurrency=1', '--test-reporter=spec', ...files];
  return judge(await run(process.execPath, args, { env, allowFailure: true }));
}

function testFiles(folder) {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return names.filter((name) => name.endsWith('.test.mjs')).map((name) => path.join(folder, name));
}
