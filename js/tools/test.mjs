// npm --prefix js test [-- SUITE…]: every test of the project, or the suites named.
import { existsSync } from 'node:fs';
import process from 'node:process';
import { buildPackage } from './build/package.mjs';
import { UserError } from './common/errors.mjs';
import { cargoTarget } from './common/paths.mjs';
import { requireCargo, requireDisk, requireNode } from './common/preflight.mjs';
import { elapsed, main, step } from './common/report.mjs';
import { run } from './common/run.mjs';
import { judge } from './test/counts.mjs';
import { endToEndTests, packageTests } from './test/javascript.mjs';
import { lint } from './test/lint.mjs';
import { wasmInBrowser, wasmInNode } from './test/wasm.mjs';

/** In the order of how soon they find a mistake. `build` says that the suite reads the built package. */
const suites = {
  lint: { run: lint, build: true },
  native: { run: native },
  'wasm-node': { run: wasmInNode },
  'wasm-browser': { run: wasmInBrowser },
  package: { run: packageTests, build: true },
  e2e: { run: endToEndTests, build: true },
};

const NATIVE = ['test', '--locked', '--workspace'];

/** What all of it writes on a machine that has nothing yet, and on one that has. */
const FIRST_DISK = 6e9;
const LATER_DISK = 2e9;

await main(async () => {
  const chosen = chooseSuites(process.argv.slice(2));
  requireNode();
  requireCargo();
  requireDisk(existsSync(cargoTarget) ? LATER_DISK : FIRST_DISK);
  // What is linked for the package keeps one core busy; the tests are compiled on the other.
  const compiling = chosen.includes('native') && compileNative();
  if (chosen.some((name) => suites[name].build)) await buildPackage();
  await compiling;
  const results = [];
  for (const name of chosen) results.push([name, await runSuite(name)]);
  report(results);
});

/** Whatever is wrong with it, the suite itself will say. */
function compileNative() {
  return run('cargo', [...NATIVE, '--no-run'], { allowFailure: true, quiet: true });
}

async function native() {
  return judge(await run('cargo', NATIVE, { allowFailure: true }));
}

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

/** The closing line stands alone and is the same for every choice of suites. */
function report(results) {
  const total = { passed: 0, failed: 0 };
  process.stdout.write('\n');
  for (const [name, { passed, failed }] of results) {
    process.stdout.write(
      `${name.padEnd(14)}${String(passed).padStart(5)} passed ${String(failed).padStart(5)} failed\n`,
    );
    total.passed += passed;
    total.failed += failed;
  }
  process.stdout.write(`after ${elapsed()} s\n\n${total.passed} passed, ${total.failed} failed\n`);
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
}
