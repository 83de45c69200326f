// The wasm target from Debian's packages: the compiler as packaged, its standard library built offline from the packaged source.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import process from 'node:process';
import { cache } from '../common/paths.mjs';
import { withLock } from '../common/lock.mjs';
import { step } from '../common/report.mjs';
import { capture, run } from '../common/run.mjs';
import { ensurePackages, isDebian, offersPackages } from './apt.mjs';

const TARGET = 'wasm32-unknown-unknown';
const LINKER = 'wasm-ld-22';
const PACKAGES = ['rustc-web', 'cargo-web', 'rust-web-clippy', 'rustfmt-web', 'rust-web-src', 'lld-22'];
/** Another number for another way of building it. */
const RECIPE = 2;
const FLAGS = '-Zforce-unstable-if-unmarked -Cembed-bitcode=yes --cfg=no_profiler';
const COMMANDS = ['rustc', 'cargo', 'rustdoc', 'rustfmt', 'cargo-fmt', 'cargo-clippy', 'clippy-driver'];

/** Whether this way is open: Debian, with the packages installed or root to install them. */
export async function isDebianUsable() {
  return isDebian() && (await offersPackages(PACKAGES));
}

/** Installs the packages, builds the standard library once, and returns the environment for wasm builds. */
export async function debianToolchain() {
  await ensurePackages(PACKAGES, 'the WebAssembly target');
  const identity = capture('/usr/bin/rustc', ['-vV']);
  const home = path.join(
    cache,
    `rust-web-${createHash('sha256').update(`${identity} ${RECIPE}`).digest('hex').slice(0, 16)}`,
  );
  if (!existsSync(home)) {
    await withLock('rust-web', async () => {
      if (!existsSync(home)) await prepare(home);
    });
  }
  return {
    name: `Debian's rustc ${identity.match(/^release: (.*)$/m)?.[1] ?? ''}`.trim(),
    library: path.basename(home),
    env: {
      // Links of their own, so that nothing else in /usr/bin comes before what the person has on PATH.
      PATH: `${path.join(home, 'bin')}${path.delimiter}${process.env.PATH}`,
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: LINKER,
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: `--sysroot=${path.join(home, 'sysroot')}`,
      RUSTC: undefined,
      RUSTFLAGS: undefined,
      RUSTUP_TOOLCHAIN: undefined,
    },
  };
}

/** Fills a folder beside `home` and moves it into place when it is complete, so that an interrupted run leaves nothing half done. */
async function prepare(home) {
  const draft = `${home}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(path.join(draft, 'bin'), { recursive: true });
  for (const command of COMMANDS) symlinkSync(`/usr/bin/${command}`, path.join(draft, 'bin', command));
  await buildStandardLibrary(draft);
  renameSync(draft, home);
}

/** Builds std into a sysroot of our own, beside a link to the packaged libraries of the host: nothing is written into /usr. */
async function buildStandardLibrary(draft) {
  step(`building the standard library for ${TARGET} from Debian's source (about 40 s)`);
  const packaged = capture('/usr/bin/rustc', ['--print', 'sysroot']);
  const build = path.join(draft, 'build');
  const library = path.join(build, 'library');
  cpSync(path.join(packaged, 'lib/rustlib/src/rust/library'), library, {
    recursive: true,
    dereference: true,
  });
  mkdirSync(path.join(build, '.cargo'));
  writeFileSync(
    path.join(build, '.cargo/config.toml'),
    `[source.crates-io]\nreplace-with = "vendored"\n[source.vendored]\ndirectory = ${JSON.stringify(path.join(library, 'vendor'))}\n`,
  );
  const output = path.join(build, 'target');
  await run(
    '/usr/bin/cargo',
    [
      'build',
      '--release',
      '--offline',
      '-Zavoid-dev-deps',
      '-p',
      'sysroot',
      '--target',
      TARGET,
      '--target-dir',
      output,
    ].concat(['--features', 'backtrace panic-unwind compiler-builtins-mem']),
    {
      cwd: library,
      quiet: true,
      env: standardLibraryEnvironment(build),
      failure: "Debian's standard library could not be built.",
    },
  );
  const host = capture('/usr/bin/rustc', ['-vV']).match(/^host: (.*)$/m)[1];
  const rustlib = path.join(draft, 'sysroot/lib/rustlib');
  const destination = path.join(rustlib, TARGET, 'lib');
  mkdirSync(destination, { recursive: true });
  symlinkSync(path.join(packaged, 'lib/rustlib', host), path.join(rustlib, host));
  const built = path.join(output, TARGET, 'release/deps');
  for (const file of readdirSync(built).filter((name) => name.endsWith('.rlib'))) {
    cpSync(path.join(built, file), path.join(destination, file));
  }
  rmSync(build, { recursive: true });
}

/** The way the standard library's own build sets itself up; whatever the person has set for their builds is left out. */
function standardLibraryEnvironment(build) {
  return {
    PATH: '/usr/bin:/bin',
    CARGO_HOME: path.join(build, 'home'),
    CARGO_TARGET_DIR: undefined,
    CARGO_ENCODED_RUSTFLAGS: undefined,
    CARGO_PROFILE_RELEASE_DEBUG: '0',
    CARGO_PROFILE_RELEASE_PANIC: 'unwind',
    RUSTC: '/usr/bin/rustc',
    RUSTC_BOOTSTRAP: '1',
    RUSTUP_TOOLCHAIN: undefined,
    // Every module contains names of these files: they are the same wherever it was built.
    RUSTFLAGS: `${FLAGS} --remap-path-prefix=${build}=rust`,
    __CARGO_DEFAULT_LIB_METADATA: 'wasmstd',
  };
}
