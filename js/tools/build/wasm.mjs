// The crates as WebAssembly modules with their CommonJS glue: the plugin in pkg/dist/wasm, the stand-in of its dry run in
// pkg/dist/stand-in, which is loaded only while one is on.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
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

/** What the package consists of. */
const CRATES = [
  {
    title: 'module',
    step: 'wasm',
    crate: 'email-manager',
    name: 'email_manager',
    folder: path.join(pkg, 'dist/wasm'),
    sources: ['src'],
  },
  {
    title: 'stand-in',
    step: 'stand-in',
    crate: 'email-manager-simulator',
    name: 'stand_in',
    folder: path.join(pkg, 'dist/stand-in'),
    sources: ['tests/simulator/Cargo.toml', 'tests/simulator/src'],
  },
];

/** The released module. */
export const modulePath = wasmOf(CRATES[0]);

/** How hard wasm-opt works, and for what: `-Oz` for size, `-O2` for speed. */
const OPTIMISATIONS = ['-Oz', '-Os', '-O2', '-O3'];

/** @param {{optimise?: string, crates?: typeof CRATES}} options */
export async function buildModules({ optimise = '-Oz', crates = CRATES } = {}) {
  if (!OPTIMISATIONS.includes(optimise))
    throw new TypeError(`wasm-opt's level must be one of ${OPTIMISATIONS.join(', ')}`);
  const toolchain = await wasmToolchain();
  const { bindgen } = await ensureWasmBindgen();
  for (const crate of crates) await buildModule(crate, { toolchain, bindgen, optimise });
}

async function buildModule(crate, { toolchain, bindgen, optimise }) {
  const { title, step: marker, name, folder, sources } = crate;
  const inputs = ['Cargo.toml', 'Cargo.lock', '.cargo', ...sources].map((file) => path.join(root, file));
  const outputs = [wasmOf(crate), path.join(folder, `${name}.js`)];
  const ran = await unlessUnchanged(
    marker,
    {
      inputs,
      outputs,
      settings: { toolchain: toolchain.name, library: toolchain.library, bindgen, optimise },
    },
    async () => {
      const compiled = await compile(crate, toolchain);
      const draft = path.join(buildState, marker);
      rmSync(draft, { recursive: true, force: true });
      step('writing the glue');
      await run(bindgen, ['--target', 'nodejs', '--out-dir', draft, '--out-name', name, compiled]);
      await optimiseModule(path.join(draft, `${name}_bg.wasm`), optimise);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(path.dirname(folder), { recursive: true });
      renameSync(draft, folder);
    },
  );
  step(`${title} ${ran ? 'built' : 'unchanged'}: ${describe(wasmOf(crate))}`);
}

function wasmOf({ folder, name }) {
  return path.join(folder, `${name}_bg.wasm`);
}

/** Only the cdylib: with the rlib beside it, cargo silently leaves out link-time optimisation. */
async function compile({ title, crate }, toolchain) {
  step(`compiling the ${title} with ${toolchain.name}`);
  const args = [
    'rustc',
    '--release',
    '--locked',
    '--package',
    crate,
    '--lib',
    '--crate-type',
    'cdylib',
    '--target',
    TARGET,
    // Where this machine keeps the sources of others is nobody's business, and makes each module another one.
    '--config',
    `target.${TARGET}.rustflags=[${JSON.stringify(`--remap-path-prefix=${cargoSources()}=crates`)}]`,
  ];
  await run('cargo', args, {
    env: toolchain.env,
    failure: `The ${title} does not compile; the compiler says why above.`,
  });
  return path.join(cargoTarget, TARGET, `release/${crate.replaceAll('-', '_')}.wasm`);
}

function cargoSources() {
  return path.join(process.env.CARGO_HOME || path.join(homedir(), '.cargo'), 'registry/src');
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

function describe(file) {
  if (!existsSync(file)) return 'missing';
  return `${size(statSync(file).size)}, ${size(gzipSync(readFileSync(file), { level: 9 }).length)} gzipped`;
}
