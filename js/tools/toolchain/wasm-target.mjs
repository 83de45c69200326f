// Which Rust compiles the module: one that has the wasm target already, Debian's, or rustup's.
import { existsSync } from 'node:fs';
import process from 'node:process';
import { requireCargo } from '../common/preflight.mjs';
import { UserError } from '../common/errors.mjs';
import { step } from '../common/report.mjs';
import { capture, run, which } from '../common/run.mjs';
import { debianToolchain, isDebianUsable } from './debian.mjs';

const TARGET = 'wasm32-unknown-unknown';
const VARIABLE = 'EMAIL_MANAGER_TOOLCHAIN';

const ways = {
  present: async () => {
    if (!hasTarget())
      throw new UserError(`${VARIABLE}=present, but the Rust toolchain on PATH has no ${TARGET}.`);
    return present();
  },
  debian: debianToolchain,
  rustup: async () => {
    if (!hasTarget()) await addTarget();
    return present();
  },
};

let chosen;

/**
 * The toolchain for wasm builds, prepared on first use. `env` is to be added to the environment of cargo; `library` tells
 * apart standard libraries that the same compiler has built.
 *
 * @returns {Promise<{name: string, library?: string, env: Record<string, string | undefined>}>}
 */
export function wasmToolchain() {
  chosen ??= choose();
  return chosen;
}

async function choose() {
  requireCargo();
  const wanted = process.env[VARIABLE];
  if (wanted) {
    if (!Object.hasOwn(ways, wanted))
      throw new UserError(`${VARIABLE} must be one of ${Object.keys(ways).join(', ')}.`);
    return ways[wanted]();
  }
  if (hasTarget()) return present();
  if (await isDebianUsable()) return debianToolchain();
  return ways.rustup();
}

/** Asked outside the checkout, where no toolchain file or wasm-only setting can answer for another compiler. */
function hasTarget() {
  const folder = capture('rustc', ['--print', 'target-libdir', '--target', TARGET]);
  return Boolean(folder) && existsSync(folder);
}

function present() {
  return { name: capture('rustc', ['--version']) ?? 'rustc', env: {} };
}

async function addTarget() {
  const failure = `No ${TARGET} target: run "rustup target add ${TARGET}" where the network allows it, then this again.`;
  if (!which('rustup')) throw new UserError(failure);
  step(`adding ${TARGET} by rustup`);
  await run('rustup', ['target', 'add', TARGET], { quiet: true, failure });
}
