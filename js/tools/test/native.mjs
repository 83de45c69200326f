// The crates' tests on this machine, and the simulator as they have it.
import path from 'node:path';
import { ensureModules } from '../common/modules.mjs';
import { cargoTarget } from '../common/paths.mjs';
import { run } from '../common/run.mjs';
import { ensurePython } from '../toolchain/python.mjs';
import { judge } from './counts.mjs';

const TESTS = ['test', '--locked', '--workspace'];

/** With every other program that reads composed mails: none of them is left out in silence. */
export async function nativeTests() {
  await ensurePython();
  await ensureModules();
  return judge(await run('cargo', TESTS, { env: { EMAIL_MANAGER_EVERY_PARSER: '1' }, allowFailure: true }));
}

/** @param {{allowFailure?: boolean, failure?: string}} options */
export function compileNative(options) {
  return run('cargo', [...TESTS, '--no-run'], { quiet: true, ...options });
}

/** The simulator compiled with the tests, which is as fast where it matters; a release of its own takes a minute. */
export async function simulatorOfTests() {
  await compileNative({ failure: 'The simulator does not compile; the compiler says why above.' });
  return path.join(cargoTarget, 'debug/simulator');
}
