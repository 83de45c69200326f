// A person at the browser: signing in, looking, and what must never happen on a page.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { chromium } from '../../../js/node_modules/playwright-core/index.mjs';
import { demo } from '../../../js/tools/common/paths.mjs';
import { administrator } from '../../../js/tools/nocobase/server.mjs';
import { CHROMIUM_ARGUMENTS } from '../../../js/tools/toolchain/chromium.mjs';

const SCREENSHOTS = path.join(demo, 'screenshots');
const PATIENCE = 30_000;

/** Starts a browser with one page; `errors` collects what pages throw. */
export async function openBrowser({ width = 1400, height = 900 } = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    headless: true,
    args: CHROMIUM_ARGUMENTS,
  });
  const context = await browser.newContext({ viewport: { width, height }, locale: 'en-US' });
  context.setDefaultTimeout(PATIENCE);
  const errors = [];
  context.on('weberror', (error) => errors.push(String(error.error())));
  return { page: await context.newPage(), errors, close: () => browser.close() };
}

export async function signInByPage(page, url, { account, password } = administrator) {
  await page.goto(`${url}/signin`);
  await page.locator('input[type=password]').fill(password);
  await page.locator('input').first().fill(account);
  await page.locator('button[type=submit], button:has-text("Sign in")').first().click();
  await page.waitForURL(/\/admin/);
}

/** Keeps a picture of the page for people to look at. */
export async function picture(page, name) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
}

/**
 * The same of as much as fits on a high screen, as a telephone and as a desktop show it.
 *
 * @param {() => Promise<void>} [show] brings into view what the picture is about
 */
export async function pictures(page, name, show = () => Promise.resolve()) {
  for (const [width, height, suffix] of [
    [400, 1800, '-400'],
    [1400, 1300, ''],
  ]) {
    await page.setViewportSize({ width, height });
    // The host draws the page anew for another width, and the page loads what it shows.
    await page.waitForTimeout(1500);
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.ant-skeleton')].every((each) => !each.checkVisibility()),
    );
    await show();
    await picture(page, `${name}${suffix}`);
  }
  await page.setViewportSize({ width: 1400, height: 900 });
}
