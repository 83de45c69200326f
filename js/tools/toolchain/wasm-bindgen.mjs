// The wasm-bindgen command, in exactly the version of the crate: any other writes glue that doesn't fit the module.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { cache } from '../common/paths.mjs';
import { withLock } from '../common/lock.mjs';
import { UserError } from '../common/errors.mjs';
import { step } from '../common/report.mjs';
import { capture, run } from '../common/run.mjs';
import { lockedVersion } from './cargo-lock.mjs';

const COMMANDS = ['wasm-bindgen', 'wasm-bindgen-test-runner'];

/**
 * Installs the commands once and returns where they are.
 *
 * @returns {Promise<{bindgen: string, testRunner: string}>}
 */
export async function ensureWasmBindgen() {
  const version = lockedVersion('wasm-bindgen');
  const home = path.join(cache, `wasm-bindgen-${version}`);
  const [bindgen, testRunner] = COMMANDS.map((command) => path.join(home, 'bin', command));
  if (!existsSync(bindgen) || !existsSync(testRunner)) {
    await withLock('wasm-bindgen', async () => {
      if (!existsSync(bindgen) || !existsSync(testRunner)) await install(version, home);
    });
  }
  const found = capture(bindgen, ['--version']);
  if (found !== `wasm-bindgen ${version}`) {
    throw new UserError(
      `The wasm-bindgen command and crate differ: Cargo.lock has ${version}, ${bindgen} is "${found ?? 'not running'}". Remove ${home} and run this again.`,
    );
  }
  return { bindgen, testRunner };
}

/** Built without optimisation: its output is the same, and it is ready in a third of the time. */
async function install(version, home) {
  step(`installing wasm-bindgen ${version} (about a minute)`);
  const binaries = COMMANDS.flatMap((command) => ['--bin', command]);
  await run(
    'cargo',
    [
      'install',
      'wasm-bindgen-cli',
      '--version',
      `=${version}`,
      '--locked',
      '--debug',
      '--no-default-features',
    ]
      .concat(binaries)
      .concat(['--force', '--root', home, '--target-dir', path.join(home, 'target')]),
    {
      quiet: true,
      env: { CARGO_PROFILE_DEV_DEBUG: '0', CARGO_TARGET_DIR: undefined },
      failure: `wasm-bindgen ${version} could not be installed: is the crate registry reachable? Run this again to resume.`,
    },
  );
  await run('rm', ['-rf', path.join(home, 'target')]);
}
