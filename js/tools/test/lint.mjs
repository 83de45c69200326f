// The checks that read the sources. Each counts as one test.
import path from 'node:path';
import process from 'node:process';
import { js } from '../common/paths.mjs';
import { step } from '../common/report.mjs';
import { run } from '../common/run.mjs';
import { wasmToolchain } from '../toolchain/wasm-target.mjs';
import { formatted, prettier } from './prettier.mjs';

const modules = path.join(js, 'node_modules');

/** The unit tests inside the crate are native: their helpers don't build for wasm. */
const WASM_TARGETS = [
  ...['--package', 'email-manager', '--package', 'email-manager-simulator'],
  ...['--target', 'wasm32-unknown-unknown'],
  ...['--lib', '--test', 'wasm_node', '--test', 'wasm_browser'],
];

export async function lint() {
  const { env } = await wasmToolchain();
  const scripts = {
    tsc: [process.execPath, [path.join(modules, 'typescript/bin/tsc'), '--noEmit', '--project', 'js']],
    eslint: [
      process.execPath,
      [path.join(modules, 'eslint/bin/eslint.js'), '--max-warnings=0', '.'],
      { cwd: js },
    ],
    prettier: [process.execPath, [prettier, '--check', '--log-level=warn', ...formatted]],
  };
  const crates = {
    rustfmt: ['cargo', ['fmt', '--all', '--check']],
    clippy: ['cargo', clippy(['--workspace', '--all-targets'])],
    'clippy for wasm': ['cargo', clippy(WASM_TARGETS), { env }],
  };
  // Each of them has one core busy, much of the time.
  const results = await Promise.all([inTurn(scripts), inTurn(crates)]);
  const codes = results.flat();
  const failed = codes.filter((code) => code !== 0).length;
  return { passed: codes.length - failed, failed };
}

/** Runs checks one after the other and returns how they ended; what each says comes when it has ended. */
async function inTurn(checks) {
  const codes = [];
  for (const [name, [command, args, options]] of Object.entries(checks)) {
    step(name);
    const { code, output } = await run(command, args, { ...options, allowFailure: true, quiet: true });
    if (code !== 0) process.stderr.write(output);
    codes.push(code);
  }
  return codes;
}

function clippy(what) {
  return ['clippy', '--locked', ...what, '--', '--deny', 'warnings'];
}
