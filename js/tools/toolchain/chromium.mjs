// The browser of the tests: the system's, or Debian's package.
import { existsSync } from 'node:fs';
import process from 'node:process';
import { UserError } from '../common/errors.mjs';
import { which } from '../common/run.mjs';
import { ensurePackages, isDebian, isRoot } from './apt.mjs';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The sandbox needs rights that containers and root don't have; the rest keeps the browser off the network. */
export const CHROMIUM_ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/**
 * Finds Chromium, installing it where that can be done.
 *
 * @returns {Promise<string>} the path of the browser
 */
export async function ensureChromium() {
  if (!findChromium() && isDebian() && isRoot()) {
    await ensurePackages(['chromium', 'chromium-driver', 'fonts-noto-cjk'], 'the browser tests');
  }
  const browser = findChromium();
  if (!browser)
    throw new UserError(
      'The browser tests need Chromium: install it, or name it in CHROMIUM=/path/to/chromium.',
    );
  return browser;
}

/**
 * Finds chromedriver, installing it where that can be done.
 *
 * @returns {Promise<string>} the path of the driver
 */
export async function ensureChromedriver() {
  if (!findDriver() && isDebian() && isRoot()) await ensurePackages(['chromium-driver'], 'the browser tests');
  const driver = findDriver();
  if (!driver) {
    throw new UserError(
      'The wasm tests need chromedriver of the same version as Chromium: install it, or name it in CHROMEDRIVER.',
    );
  }
  return driver;
}

function findChromium() {
  return (
    process.env.CHROMIUM ||
    BROWSERS.map((name) => which(name)).find(Boolean) ||
    MAC.find((file) => existsSync(file))
  );
}

function findDriver() {
  return process.env.CHROMEDRIVER || which('chromedriver');
}
