// The crate as one WebAssembly module with its CommonJS glue: pkg/dist/wasm.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { buildState, cargoTarget, js, pkg, root } from '../common/paths.mjs';
import { size, step } from '../common/report.mjs';
import { run } from '../common/run.mjs';
import { ensureWasmBindgen } from '../toolchain/wasm-bindgen.mjs';
import { wasmToolchain } from '../toolchain/wasm-target.mjs';
import { unlessUnchanged } from './unchanged.mjs';

const TARGET = 'wasm32-unknown-unknown';
const folder = path.join(pkg, 'dist/wasm');

/** The released module. */
export const modulePath = path.join(folder, 'email_manager_bg.wasm');

/** How hard wasm-opt works, and for what: `-Oz` for size, `-O2` for speed. */
const OPTIMISATIONS = ['-Oz', '-Os', '-O2', '-O3'];

/** @param {{optimise?: string}} options */
export async function buildModule({ optimise = '-Oz' } = {}) {
  if (!OPTIMISATIONS.includes(optimise))
    throw new TypeError(`wasm-opt's level must be one of ${OPTIMISATIONS.join(', ')}`);
  const toolchain = await wasmToolchain();
  const { bindgen } = await ensureWasmBindgen();
  const inputs = ['Cargo.toml', 'Cargo.lock', '.cargo', 'src'].map((name) => path.join(root, name));
  const outputs = [modulePath, path.join(folder, 'email_manager.js')];
  const ran = await unlessUnchanged(
    'wasm',
    { inputs, outputs, settings: { toolchain: toolchain.name, bindgen, optimise } },
    async () => {
      const compiled = await compile(toolchain);
      const draft = path.join(buildState, 'wasm');
      rmSync(draft, { recursive: true, force: true });
      step('writing the glue');
      await run(bindgen, ['--target', 'nodejs', '--out-dir', draft, '--out-name', 'email_manager', compiled]);
      await optimiseModule(path.join(draft, 'email_manager_bg.wasm'), optimise);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(path.dirname(folder), { recursive: true });
      renameSync(draft, folder);
    },
  );
  step(`module ${ran ? 'built' : 'unchanged'}: ${describe()}`);
}

/** Only the cdylib: with the rlib beside it, cargo silently leaves out link-time optimisation. */
async function compile(toolchain) {
  step(`compiling the module with ${toolchain.name}`);
  const args = [
    'rustc',
    '--release',
    '--locked',
    '--package',
    'email-manager',
    '--lib',
    '--crate-type',
    'cdylib',
    '--target',
    TARGET,
  ];
  await run('cargo', args, {
    env: toolchain.env,
    failure: 'The module does not compile; the compiler says why above.',
  });
  return path.join(cargoTarget, TARGET, 'release/email_manager.wasm');
}

async function optimiseModule(file, level) {
  step(`wasm-opt ${level}`);
  const output = `${file}.opt`;
  await run(process.execPath, [
    path.join(js, 'node_modules/binaryen/bin/wasm-opt'),
    file,
    level,
    '-o',
    output,
  ]);
  renameSync(output, file);
}

function describe() {
  if (!existsSync(modulePath)) return 'missing';
  return `${size(statSync(modulePath).size)}, ${size(gzipSync(readFileSync(modulePath), { level: 9 }).length)} gzipped`;
}
