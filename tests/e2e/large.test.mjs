// Ten thousand mails in each mailbox: everything arrives, memory stays flat, and the page stays usable meanwhile.
import assert from 'node:assert/strict';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { mailboxes, saveDemoSettings } from '../../js/tools/demo-settings.mjs';
import { startInstance } from '../../js/tools/demo/instance.mjs';
import { firstSync, linkMailbox } from '../../js/tools/demo/link.mjs';
import { startSimulator } from '../../js/tools/demo/simulator.mjs';
import { openBrowser, picture, signInByPage } from './support/browser.mjs';
import { DIR, PORTS } from './support/ground.mjs';
import { storedIds } from './support/mail.mjs';
import { providerIds } from './support/simulator.mjs';

const SIZE = 10_000;
const MEMORY_GROWTH = 100e6;
/** Milliseconds; what is measured is the sync, not a client that asks without end. */
const BETWEEN_LOOKS = 500;

let simulator, site, browser;

before(async () => {
  simulator = await startSimulator({
    dir: DIR,
    port: PORTS.simulator,
    google: `${mailboxes.google}:${SIZE}`,
    microsoft: `${mailboxes.microsoft}:${SIZE}`,
  });
  const tgz = process.env.EMAIL_MANAGER_PACKAGE;
  site = await startInstance({
    dir: DIR,
    ports: PORTS,
    tgz,
    fresh: true,
    durable: false,
  });
  await saveDemoSettings(site.url, site.token, simulator.url);
  // As a site runs: loaded at boot, without what enabling has left in memory.
  await site.restart();
  // Everything that NocoBase loads for a first page is loaded before memory is measured.
  browser = await openBrowser();
  await signInByPage(browser.page, site.url);
  await browser.page.goto(`${site.url}/admin/mail`);
  await browser.page.getByRole('button', { name: /Link account/ }).waitFor();
});

after(async () => {
  await browser?.close();
  await site?.stop();
  await simulator?.stop();
});

test('both mailboxes are stored whole, resident memory grows by less than 100 MB, mails can be read meanwhile', async () => {
  const { page } = browser;
  const settled = site.nocobase().rss();
  let highest = settled;
  const syncs = Object.entries(mailboxes).map(async ([type, email]) => {
    const account = await linkMailbox(site.url, site.token, type, email);
    return firstSync(
      site.url,
      site.token,
      account,
      () => (highest = Math.max(highest, site.nocobase().rss())),
    );
  });
  const finished = Promise.all(syncs);
  // A failure of the sync is reported below, not as an unhandled rejection while the browser waits.
  finished.catch(() => {});

  await page.goto(`${site.url}/admin/mail`);
  const opened = [];
  for (const nth of [0, 3, 5]) {
    await page.locator('.mail-row[data-message]').nth(nth).click();
    const body = page.locator('iframe.mail-frame').contentFrame().locator('body');
    await body.waitFor();
    opened.push((await body.innerText()).trim().length);
  }
  await picture(page, 'large-while-syncing');
  assert.ok(
    opened.some((length) => length > 0),
    'mails can be read while the sync runs',
  );

  const accounts = await finished;
  for (const account of accounts) {
    const expected = await providerIds(simulator, account.email);
    assert.deepEqual(await storedIds(site.url, site.token, account.email), expected);
    assert.equal(account.sync.stored, SIZE);
  }
  const growth = highest - settled;
  console.log(`memory grew from ${megabytes(settled)} by ${megabytes(growth)}`);
  assert.ok(growth < MEMORY_GROWTH, `memory grew by ${megabytes(growth)}`);
  assert.deepEqual(browser.errors, []);
});

function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}
