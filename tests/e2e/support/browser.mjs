// A person at the browser: signing in, looking, and what must never happen on a page.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { chromium } from '../../../js/node_modules/playwright-core/index.mjs';
import { demo } from '../../../js/tools/common/paths.mjs';
import { administrator } from '../../../js/tools/nocobase/server.mjs';
import { CHROMIUM_ARGUMENTS } from '../../../js/tools/toolchain/chromium.mjs';
import { witness } from './witness.mjs';

const SCREENSHOTS = path.join(demo, 'screenshots');
const PATIENCE = 30_000;
/** Milliseconds around an error in which what it is about has been seen. */
const MOMENT = 5_000;
/** The path of a request of the plugin's. */
const OURS = /\/mail\w*:/;

/** Starts a browser with one page, with more arguments if need be. */
export async function openBrowser({ width = 1400, height = 900, args = [] } = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    headless: true,
    args: [...CHROMIUM_ARGUMENTS, ...args],
  });
  const context = await browser.newContext({
    viewport: { width, height },
    locale: 'en-US',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PATIENCE);
  witness(context);
  await context.addInitScript(standStill);
  await context.addInitScript(forgiveTheHost);
  const thrown = [];
  const refused = [];
  const note = (url) => refused.push({ url, at: Date.now() });
  context.on('weberror', (event) =>
    thrown.push({ error: event.error(), url: event.page()?.url(), at: Date.now() }),
  );
  context.on('requestfailed', (request) => note(request.url()));
  context.on('response', (response) => {
    if (response.status() >= 400) note(response.url());
  });
  return {
    page: await context.newPage(),
    /** What pages threw, and where. */
    get errors() {
      const isHosts = ({ error, at }) =>
        !error?.stack && isOfTheHost(refused.filter((each) => Math.abs(each.at - at) < MOMENT));
      return thrown
        .filter((each) => !isHosts(each))
        .map(({ error, url }) => `${url}: ${error?.stack || error?.message || String(error)}`);
    },
    close: () => browser.close(),
  };
}

/**
 * NocoBase refuses its own page's requests while it changes its plugins, and the page loads itself again then. What is thrown
 * of it is no error by its class, so without a stack, and comes without an event that could be forgiven. Ours throw errors:
 * the lint sees to that.
 */
function isOfTheHost(requests) {
  return requests.some(({ url }) => !OURS.test(new URL(url).pathname));
}

/**
 * Nothing moves by itself: what is clicked while it still slides in can be somewhere else before the button of the mouse is
 * up. Its events come as ever.
 */
function standStill() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`*, ::before, ::after {
    animation-delay: 0s !important; animation-duration: 1ms !important; animation-iteration-count: 1 !important;
    transition-delay: 0s !important; transition-duration: 0s !important; scroll-behavior: auto !important;
  }`);
  document.adoptedStyleSheets.push(sheet);
}

/**
 * NocoBase's own pages leave their requests to themselves: one that is refused, or cut off where the page is left, is thrown
 * at nobody. What the plugin asks for carries its name, and is not forgiven.
 */
function forgiveTheHost() {
  window.addEventListener('unhandledrejection', (event) => {
    const address = event.reason?.config?.url;
    if (typeof address === 'string' && !/(^|\/)mail\w*:/.test(address)) event.preventDefault();
  });
}

export async function signInByPage(page, url, { account, password } = administrator) {
  await page.goto(`${url}/signin`);
  await page.locator('input[type=password]').fill(password);
  await page.locator('input').first().fill(account);
  await page.locator('button[type=submit], button:has-text("Sign in")').first().click();
  await page.waitForURL(/\/admin/);
}

/** Goes there, also where the host is just loading its page again by itself, as it does after it has changed its plugins. */
export async function goThrough(page, address) {
  try {
    await page.goto(address);
  } catch (error) {
    if (!/interrupted by another navigation|net::ERR_ABORTED/.test(error.message)) throw error;
    await page.waitForLoadState();
    await page.goto(address);
  }
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
    await page.evaluate(atRest);
    await show();
    await picture(page, `${name}${suffix}`);
  }
  await page.setViewportSize({ width: 1400, height: 900 });
}

/** In the page: nothing has changed for a moment, and nothing is on its way. What never rests is looked at as it is. */
function atRest() {
  const [QUIET, LONGEST] = [200, 5000];
  return new Promise((resolve) => {
    const begun = performance.now();
    const look = () => {
      const loads = [...document.querySelectorAll('.ant-skeleton')].some((each) => each.checkVisibility());
      if (loads && performance.now() - begun < LONGEST) wait();
      else {
        observer.disconnect();
        resolve();
      }
    };
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(look, performance.now() - begun < LONGEST ? QUIET : 0);
    };
    const observer = new MutationObserver(wait);
    observer.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
    wait();
  });
}
