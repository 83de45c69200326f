// The whole way in a real NocoBase, a real PostgreSQL and a real browser: from the upload in the plugin manager to mailboxes
// that are read, kept up to date, and still there after disabling and enabling.
import assert from 'node:assert/strict';
import path from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { mailboxes, saveDemoSettings } from '../../js/tools/demo-settings.mjs';
import { DATABASE, startInstance } from '../../js/tools/demo/instance.mjs';
import { startSimulator } from '../../js/tools/demo/simulator.mjs';
import {
  call,
  disablePlugin,
  enablePlugin,
  pluginInfo,
  signIn,
  until,
} from '../../js/tools/nocobase/api.mjs';
import { goThrough, openBrowser, picture, signInByPage } from './support/browser.mjs';
import { DIR, PORTS } from './support/ground.mjs';
import { keepAnswers, leaks } from './support/leaks.mjs';
import { storedIds } from './support/mail.mjs';
import { control, providerIds } from './support/simulator.mjs';

const SIZE = 300;
const GMAIL = mailboxes.google;
const OUTLOOK = mailboxes.microsoft;

let simulator, site, browser, page, token, answers;

before(async () => {
  simulator = await startSimulator({
    dir: DIR,
    port: PORTS.simulator,
    google: `${GMAIL}:${SIZE}`,
    microsoft: `${OUTLOOK}:${SIZE}`,
  });
  // With every request in the log, so that what is looked for there could be there.
  const env = { LOGGER_LEVEL: 'info' };
  site = await startInstance({ dir: DIR, ports: PORTS, fresh: true, durable: false, env });
  token = await signIn(site.url);
  browser = await openBrowser();
  page = browser.page;
  answers = keepAnswers(page.context());
  await signInByPage(page, site.url);
});

after(async () => {
  await browser?.close();
  await site?.stop();
  await simulator?.stop();
});

test('an administrator uploads the package in the plugin manager and enables it', async () => {
  await page.goto(`${site.url}/admin/settings/plugin-manager`);
  await page.getByRole('button', { name: 'Add & Update' }).click();
  const dialog = page.locator('.ant-modal-content').last();
  // The host draws its dialog again while it opens: a click that comes too early is without effect.
  const file = dialog.locator('input[type=file]');
  await until(async () => {
    await dialog.getByText('Upload plugin').click({ timeout: 5_000 });
    await file.waitFor({ state: 'attached', timeout: 2_000 });
    return true;
  }, 'the plugin manager takes no file');
  await file.setInputFiles(process.env.EMAIL_MANAGER_PACKAGE);
  await dialog.getByText('.tgz').waitFor();
  await dialog.getByRole('button', { name: 'Submit' }).click();
  await until(async () => Boolean(await pluginInfo(site.url, token)), 'the uploaded plugin is not listed');
  await goThrough(page, `${site.url}/admin/settings/plugin-manager`);
  await page.locator('input[placeholder="Search plugin"]').fill('Email manager');
  const card = page.locator('.ant-card', { hasText: 'Gmail and Outlook' }).last();
  await card.waitFor();
  assert.match(await card.innerText(), /Email manager/);
  assert.equal(await card.getByText('Incompatible').count(), 0);
  await picture(page, 'plugin-manager');
  await card.getByRole('switch').click();
  await until(async () => (await pluginInfo(site.url, token))?.enabled, 'the plugin was not enabled');
});

for (const [lane, prefix, section] of [
  ['/', '', 'google'],
  ['/v/', '/v', 'microsoft'],
]) {
  test(`Email settings in the lane ${lane}: ${section} is set up and its secret never comes back`, async () => {
    await goThrough(page, `${site.url}${prefix}/admin/settings/mail`);
    const card = page.locator(`[data-section=${section}]`);
    await card.waitFor();
    assert.deepEqual(
      await page.locator('[data-section]').evaluateAll((cards) => cards.map((each) => each.dataset.section)),
      ['general', 'google', 'microsoft'],
    );
    assert.equal(
      await card.getByRole('textbox', { name: 'Redirect URI' }).inputValue(),
      `${site.url}/admin/settings/mail/oauth2`,
    );
    // Enabling without credentials is refused at the field.
    await card.getByRole('switch').click();
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText('Enter the client ID').waitFor();
    await picture(page, `settings-error-${section}`);
    await card.getByLabel('Client ID', { exact: true }).fill(`simulator-${section}`);
    await card.getByLabel('Client Secret', { exact: true }).fill(`simulator-${section}-secret`);
    await card.getByRole('button', { name: 'Save' }).click();
    await until(
      async () => (await call(site.url, token, 'mail:settings')).data[section].enabled,
      `${section} was not saved`,
    );
    await page.reload();
    await card.waitFor();
    assert.equal(await card.getByLabel('Client ID', { exact: true }).inputValue(), `simulator-${section}`);
    assert.equal(await card.getByLabel('Client Secret', { exact: true }).inputValue(), '••••••••');
    await picture(page, `settings-${section}`);
    await saveDemoSettings(site.url, token, simulator.url, [section]);
  });
}

for (const [lane, prefix, provider, email] of [
  ['/', '', 'Gmail', GMAIL],
  ['/v/', '/v', 'Outlook', OUTLOOK],
]) {
  test(`a user links ${provider} in the lane ${lane}, chooses everything, and watches the first sync`, async () => {
    await control(simulator, 'latency', { ms: 150 });
    await page.goto(`${site.url}${prefix}/admin/mail?view=accounts`);
    await page.getByRole('button', { name: /Link account/ }).click();
    const popup = page.waitForEvent('popup');
    await page.getByRole('menuitem', { name: provider }).click();
    const consent = await popup;
    await consent.waitForSelector('#allow');
    await picture(consent, `consent-${provider.toLowerCase()}`);
    await consent.click('#allow');
    await page.getByRole('dialog').getByRole('radio', { name: 'Everything' }).check();
    await page.getByRole('button', { name: 'Start synchronization' }).click();
    const card = page.locator(`[data-email="${email}"]`);
    await card.getByRole('progressbar').waitFor();
    await picture(page, `first-sync-${provider.toLowerCase()}`);
    await card.getByText('Connected', { exact: true }).waitFor({ timeout: 120_000 });
    await picture(page, `accounts-${provider.toLowerCase()}`);
    await control(simulator, 'latency', { ms: 0 });
    await same(email);
  });
}

for (const [lane, prefix] of [
  ['/', ''],
  ['/v/', '/v'],
]) {
  test(`the Email centre in the lane ${lane} lists the inbox, unread in bold, and opens a mail in a sandbox`, async () => {
    await page.goto(`${site.url}${prefix}/admin/mail`);
    const unread = page.locator('.mail-row.is-unread').first();
    await unread.waitFor();
    const weight = await unread
      .locator('.mail-row-subject')
      .evaluate((row) => getComputedStyle(row).fontWeight);
    assert.ok(Number(weight) >= 600, `unread subjects have weight ${weight}`);
    const id = await unread.getAttribute('data-message');
    await unread.click();
    const frame = page.locator('iframe.mail-frame');
    await frame.waitFor();
    assert.equal(await frame.getAttribute('sandbox'), 'allow-popups allow-popups-to-escape-sandbox');
    const body = await frame.contentFrame().locator('body').innerText();
    assert.ok(body.trim().length > 0, 'the mail has a text');
    await page.locator(`[data-message="${id}"]:not(.is-unread)`).waitFor();
    await picture(page, `centre${prefix.replace('/', '-')}`);
  });
}

for (const email of [GMAIL, OUTLOOK]) {
  test(`a mail that arrives at ${email} shows after "Sync emails", without a reload`, async () => {
    const subject = `Fresh from ${email}`;
    await page.goto(`${site.url}/admin/mail`);
    await page.locator('.mail-row').first().waitFor();
    await control(simulator, 'deliver', {
      mailbox: email,
      subject,
      from: 'Ann Shop <ann@shop.example>',
      html: '<p>Hello <b>there</b></p><script>document.title = "hacked"</script>',
    });
    await page.getByRole('button', { name: 'Sync emails' }).click();
    const row = page.locator('.mail-row', { hasText: subject });
    await row.click();
    const text = await page.locator('iframe.mail-frame').contentFrame().locator('body').innerHTML();
    assert.match(text, /<b>there<\/b>/);
    assert.doesNotMatch(text, /script/);
    await same(email);
  });
}

test('no secret is in a log, an answer or the database, and no mail in a log', () => assertDiscreet());

test('disabling stops the schedules, enabling again finds everything as it was', async () => {
  const before = await counts();
  await disablePlugin(site.url, token);
  const requests = async () => (await (await fetch(`${simulator.url}/control/stats`)).json()).total;
  const [first, second] = [
    await requests(),
    await new Promise((done) => setTimeout(() => done(requests()), 20_000)),
  ];
  assert.equal(second, first, 'nothing is asked of the providers while the plugin is disabled');
  await enablePlugin(site.url, token);
  assert.deepEqual(await counts(), before);
  await site.restart();
  assert.deepEqual(await counts(), before, 'and so after a restart, where the plugin is loaded at boot');
});

test('and none after the restart, in its new log', () => assertDiscreet());

test('no page threw an error', () => assert.deepEqual(browser.errors, []));

/** The database says what the provider says. */
async function same(email) {
  assert.deepEqual(await storedIds(site.url, token, email), await providerIds(simulator, email));
}

async function assertDiscreet() {
  const { log } = site.nocobase();
  assert.deepEqual(
    await leaks({
      simulator: simulator.url,
      files: [log, path.join(DIR, 'simulator.log'), path.join(DIR, 'app/storage/logs')],
      texts: answers,
      postgres: site.postgres,
      database: DATABASE,
    }),
    [],
  );
}

async function counts() {
  await until(async () => Boolean(await call(site.url, token, 'mail:folders')), 'the plugin does not answer');
  return (await call(site.url, token, 'mail:folders')).data;
}
