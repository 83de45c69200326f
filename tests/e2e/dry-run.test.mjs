// The whole way with nothing but the package: no provider, no simulator, no credentials. The plugin is enabled at run time,
// where NocoBase freezes JavaScript's own objects, and later loaded at boot.
import assert from 'node:assert/strict';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { startInstance } from '../../js/tools/demo/instance.mjs';
import { call, until } from '../../js/tools/nocobase/api.mjs';
import { openBrowser, picture, signInByPage } from './support/browser.mjs';
import { DIR, PORTS } from './support/ground.mjs';
import { storedIds } from './support/mail.mjs';

const WAYS = [
  ['/', '', 'Gmail', 'google', 'alice@gmail.example'],
  ['/v/', '/v', 'Outlook', 'microsoft', 'bob@outlook.example'],
];

let site, browser, page;
const places = new Set();

before(async () => {
  site = await startInstance({
    dir: DIR,
    ports: PORTS,
    tgz: process.env.EMAIL_MANAGER_PACKAGE,
    prepared: true,
    durable: false,
  });
  browser = await openBrowser();
  page = browser.page;
  // What a mail's own policy stops is announced as a request, and never becomes one.
  page.context().on('requestfinished', (request) => places.add(new URL(request.url()).origin));
  page.context().on('requestfailed', (request) => {
    if (request.failure()?.errorText !== 'csp') places.add(new URL(request.url()).origin);
  });
  await signInByPage(page, site.url);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

for (const [lane, prefix, name, type, email] of WAYS) {
  test(`an administrator starts the dry run of ${name} in the lane ${lane}; the settings stay empty`, async () => {
    const settings = await call(site.url, site.token, 'mail:settings');
    await page.goto(`${site.url}${prefix}/admin/settings/mail`);
    const row = page.locator(`[data-dry-run=${type}]`);
    await row.getByText('Off').waitFor();
    await picture(page, `dry-run-off-${type}`);
    await row.getByRole('button', { name: 'Start a dry run' }).click();
    await row.getByRole('button', { name: 'Deliver a test mail' }).waitFor();
    await page.getByText('A test is running').waitFor();
    await row.getByRole('button', { name: 'Verify' }).click();
    await row.locator('[data-check=redirectUri].is-ok').waitFor();
    assert.equal(await row.locator('.mail-check.is-failed').count(), 0);
    await picture(page, `dry-run-on-${type}`);
    await page.setViewportSize({ width: 400, height: 900 });
    await picture(page, `dry-run-on-${type}-400`);
    await page.setViewportSize({ width: 1400, height: 900 });
    assert.deepEqual(await call(site.url, site.token, 'mail:settings'), settings);
  });

  test(`a user refuses and then links a test mailbox of ${name} in the lane ${lane}, and reads its mail`, async () => {
    await page.goto(`${site.url}${prefix}/admin/mail?view=accounts`);
    const refused = await openConsent(name);
    await refused.click('#deny');
    await refused.getByText('Access was not granted').waitFor();
    await refused.close();
    const consent = await openConsent(name);
    await consent.getByText('TEST – this is neither Google nor Microsoft').waitFor();
    await picture(consent, `dry-run-consent-${type}`);
    await consent.setViewportSize({ width: 400, height: 800 });
    await picture(consent, `dry-run-consent-${type}-400`);
    await consent.click('#allow');
    await page.getByRole('dialog').getByRole('radio', { name: 'Everything' }).check();
    await page.getByRole('button', { name: 'Start synchronization' }).click();
    const card = page.locator(`[data-email="${email}"]`);
    await card.getByText('Test mailbox').waitFor();
    await card.getByText('Connected', { exact: true }).waitFor({ timeout: 120_000 });
    await picture(page, `dry-run-account-${type}`);
    assert.equal((await storedIds(site.url, site.token, email)).length, 200);
    await page.goto(`${site.url}${prefix}/admin/mail`);
    await page.locator('.mail-row.is-unread').first().click();
    const body = await page.locator('iframe.mail-frame').contentFrame().locator('body').innerText();
    assert.ok(body.trim().length > 0, 'the mail has a text');
  });

  test(`a test mail is delivered at ${name} and comes in with "Sync emails"`, async () => {
    await page.goto(`${site.url}${prefix}/admin/settings/mail`);
    const row = page.locator(`[data-dry-run=${type}]`);
    await row.getByRole('button', { name: 'Deliver a test mail' }).click();
    await row.getByText('Test mails: 1').waitFor();
    await page.goto(`${site.url}${prefix}/admin/mail`);
    await page.locator('.mail-row').first().waitFor();
    await page.getByRole('button', { name: 'Sync emails' }).click();
    await until(
      async () => (await storedIds(site.url, site.token, email)).length === 201,
      `the test mail did not arrive at ${email}`,
    );
    await page.locator('.mail-row', { hasText: 'Test mail 1' }).first().waitFor();
    await picture(page, `dry-run-centre-${type}`);
  });
}

test('after a restart the test mailboxes are there, and go on', async () => {
  const before = await Promise.all(WAYS.map(([, , , , email]) => storedIds(site.url, site.token, email)));
  await site.restart();
  await until(async () => Boolean(await accounts()), 'the plugin does not answer');
  const since = new Date().toISOString();
  await call(site.url, site.token, 'mail:messagesSync', { body: { emails: [] } });
  await until(
    async () => (await accounts()).every(({ status, sync }) => status === 'ready' && sync.lastRunAt > since),
    'the test mailboxes are not synchronised after a restart',
  );
  const now = await Promise.all(WAYS.map(([, , , , email]) => storedIds(site.url, site.token, email)));
  assert.deepEqual(now, before);
});

test('ending the dry runs deletes the test mailboxes with their mail, and nothing is set up as before', async () => {
  await page.goto(`${site.url}/admin/settings/mail`);
  for (const [, , , type, email] of WAYS) {
    const row = page.locator(`[data-dry-run=${type}]`);
    await row.getByText('Test mailboxes: 1').waitFor();
    await row.getByRole('button', { name: 'End and delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('End the dry run?').waitFor();
    if (type === 'google') await picture(page, 'dry-run-end');
    await dialog.getByRole('button', { name: 'End and delete' }).click();
    await row.getByText('Off').waitFor();
    assert.deepEqual(await storedIds(site.url, site.token, email), []);
  }
  assert.deepEqual(await accounts(), []);
  const { data } = await call(site.url, site.token, 'mail:providers');
  assert.deepEqual(
    data.map(({ configured, dryRun }) => [configured, dryRun]),
    [
      [false, false],
      [false, false],
    ],
  );
});

test('the browser never left the site, and no page threw an error', () => {
  assert.deepEqual(
    [...places].filter((place) => place !== 'null'),
    [site.url],
  );
  assert.deepEqual(browser.errors, []);
});

async function openConsent(name) {
  await page
    .getByRole('button', { name: /Link account/ })
    .first()
    .click();
  const popup = page.waitForEvent('popup');
  const item = page.getByRole('menuitem', { name });
  await item.getByText('Test mailbox').waitFor();
  await item.click();
  const consent = await popup;
  await consent.waitForSelector('#allow');
  return consent;
}

async function accounts() {
  return (await call(site.url, site.token, 'mail:getMailAccounts')).data;
}
