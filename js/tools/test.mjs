// npm --prefix js test [-- SUITE…]: every test of the project, or the suites named.
import { existsSync } from 'node:fs';
import process from 'node:process';
import { buildPackage } from './build/package.mjs';
import { UserError } from './common/errors.mjs';
import { cargoTarget } from './common/paths.mjs';
import { requireCargo, requireDisk, requireNode } from './common/preflight.mjs';
import { elapsed, main, step } from './common/report.mjs';
import { fetchNocobase } from './nocobase/install.mjs';
import { added } from './test/counts.mjs';
import { endToEndTests, packageTests } from './test/javascript.mjs';
import { lint } from './test/lint.mjs';
import { compileNative, nativeTests } from './test/native.mjs';
import { wasmInBrowser, wasmInNode } from './test/wasm.mjs';

/** In the order of how soon they find a mistake. `build` says that the suite reads the built package. */
const suites = {
  lint: { run: lint, build: true },
  native: { run: nativeTests },
  'wasm-node': { run: wasmInNode },
  'wasm-browser': { run: wasmInBrowser },
  package: { run: packageTests, build: true },
  e2e: { run: endToEndTests, build: true },
};

/**
 * One stage after the other, and in a stage its lines side by side: those of wasm wait for a compiler that keeps one core
 * busy, those of the package for answers, which take so long that the browser may as well begin beside them.
 */
const STAGES = [[['lint']], [['native']], [['wasm-node', 'wasm-browser', 'e2e'], ['package']]];

/** What all of it writes on a machine that has nothing yet, and on one that has. */
const FIRST_DISK = 6e9;
const LATER_DISK = 2e9;

await main(async () => {
  const chosen = chooseSuites(process.argv.slice(2));
  requireNode();
  requireCargo();
  requireDisk(existsSync(cargoTarget) ? LATER_DISK : FIRST_DISK);
  // Both go on while other things do. Whatever is wrong with them, the suites themselves will say.
  const fetching = chosen.includes('e2e') && fetchNocobase({ yielding: true }).catch(() => undefined);
  // What is linked for the package keeps one core busy; the tests are compiled on the other.
  const compiling = chosen.includes('native') && compileNative({ allowFailure: true });
  if (chosen.some((name) => suites[name].build)) await buildPackage();
  await compiling;
  const results = new Map();
  for (const lines of STAGES) {
    const runLine = async (names) => {
      for (const name of names.filter((each) => chosen.includes(each)))
        results.set(name, await runSuite(name));
    };
    await Promise.all(lines.map(runLine));
  }
  await fetching;
  report(chosen.map((name) => [name, results.get(name)]));
});

function chooseSuites(names) {
  const unknown = names.find((name) => !Object.hasOwn(suites, name));
  if (unknown)
    throw new UserError(`There is no suite "${unknown}"; there are ${Object.keys(suites).join(', ')}.`);
  return Object.keys(suites).filter((name) => names.length === 0 || names.includes(name));
}

async function runSuite(name) {
  step(`── ${name}`);
  const begun = performance.now();
  const result = await suites[name].run();
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  step(`── ${name}: ${result.passed} passed, ${result.failed} failed in ${seconds} s`);
  return result;
}

/** What failed is told once more; the closing line stands alone and is the same for every choice of suites. */
function report(results) {
  const total = added(results.map(([, result]) => result));
  for (const story of total.stories) process.stdout.write(`\n${story}\n`);
  process.stdout.write('\n');
  for (const [name, { passed, failed }] of results) {
    process.stdout.write(
      `${name.padEnd(14)}${String(passed).padStart(5)} passed ${String(failed).padStart(5)} failed\n`,
    );
  }
  process.stdout.write(`after ${elapsed()} s\n\n${total.passed} passed, ${total.failed} failed\n`);
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
}
