// The crate's tests for wasm32, in Node and in a browser.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { buildState } from '../common/paths.mjs';
import { run } from '../common/run.mjs';
import { CHROMIUM_ARGUMENTS, ensureChromedriver, ensureChromium } from '../toolchain/chromium.mjs';
import { ensureWasmBindgen } from '../toolchain/wasm-bindgen.mjs';
import { wasmToolchain } from '../toolchain/wasm-target.mjs';
import { judge } from './counts.mjs';

/** These few tests run in a second however they are compiled; the thousands of mailboxes of the native ones do not. */
const UNOPTIMISED = ['email-manager', 'email-manager-sanitize'].flatMap((name) => [
  '--config',
  `profile.dev.package.${name}.opt-level=0`,
]);

export function wasmInNode() {
  return wasmTest('wasm_node', {});
}

export async function wasmInBrowser() {
  const browser = await ensureChromium();
  const driver = await ensureChromedriver();
  return wasmTest('wasm_browser', {
    CHROMEDRIVER: driver,
    WASM_BINDGEN_TEST_WEBDRIVER_JSON: writeCapabilities(browser),
    // A cold browser on a busy machine takes longer than the default of 20 s.
    WASM_BINDGEN_TEST_TIMEOUT: '120',
  });
}

async function wasmTest(name, env) {
  const toolchain = await wasmToolchain();
  const { testRunner } = await ensureWasmBindgen();
  const search = `${path.dirname(testRunner)}${path.delimiter}${toolchain.env.PATH ?? process.env.PATH}`;
  const args = [
    'test',
    '--locked',
    '--package',
    'email-manager',
    '--target',
    'wasm32-unknown-unknown',
    '--test',
    name,
    ...UNOPTIMISED,
  ];
  // What it prints comes when it has ended: there are others beside it.
  const options = { env: { ...toolchain.env, ...env, PATH: search }, allowFailure: true, quiet: true };
  const ended = await run('cargo', args, options);
  process.stderr.write(ended.output);
  return judge(ended);
}

/** Tells chromedriver which browser to start, and how. */
function writeCapabilities(binary) {
  const file = path.join(buildState, 'webdriver.json');
  mkdirSync(buildState, { recursive: true });
  writeFileSync(file, JSON.stringify({ 'goog:chromeOptions': { binary, args: CHROMIUM_ARGUMENTS } }));
  return file;
}
