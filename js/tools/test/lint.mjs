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
  const checks = {
    tsc: [process.execPath, [path.join(modules, 'typescript/bin/tsc'), '--noEmit', '--project', 'js']],
    eslint: [
      process.execPath,
      [path.join(modules, 'eslint/bin/eslint.js'), '--max-warnings=0', '.'],
      { cwd: js },
    ],
    prettier: [process.execPath, [prettier, '--check', '--log-level=warn', ...formatted]],
    rustfmt: ['cargo', ['fmt', '--all', '--check']],
    clippy: ['cargo', clippy(['--workspace', '--all-targets'])],
    'clippy for wasm': ['cargo', clippy(WASM_TARGETS), { env }],
  };
  const result = { passed: 0, failed: 0 };
  for (const [name, [command, args, options]] of Object.entries(checks)) {
    step(name);
    const { code } = await run(command, args, { ...options, allowFailure: true });
    if (code === 0) result.passed += 1;
    else result.failed += 1;
  }
  return result;
}

function clippy(what) {
  return ['clippy', '--locked', ...what, '--', '--deny', 'warnings'];
}
