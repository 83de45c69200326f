// "Email settings" in a real NocoBase and a real browser, against the stand-in for Google and Microsoft: what an administrator
// sees of each mistake, and the way from an empty page to settings that are proven.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { mailboxes } from '../../js/tools/demo-settings.mjs';
import { firstSync, linkMailbox } from '../../js/tools/demo/link.mjs';
import { call } from '../../js/tools/nocobase/api.mjs';
import { openBrowser, picture, pictures, signInByPage } from './support/browser.mjs';
import { createUser } from './support/people.mjs';
import { control } from './support/simulator.mjs';
import { openSite } from './support/site.mjs';

const LANES = [
  ['/', ''],
  ['/v/', '/v'],
];

const MEMBER = { account: 'linking-member', nickname: 'Max Member', password: 'Passw0rd!' };

let opened, simulator, site, browser, page, token;

before(async () => {
  opened = await openSite({
    google: `${mailboxes.google}:10`,
    microsoft: `${mailboxes.microsoft}:10`,
  });
  ({ simulator, site, browser, page, token } = opened);
});

after(() => opened?.close());

for (const [lane, prefix] of LANES) {
  test(`in the lane ${lane} the page shows the fields that the schema declares, and no other`, async () => {
    await open(prefix);
    const { sections } = (await call(site.url, token, 'mail:settingsSchema')).data;
    for (const { key, schema } of sections) {
      const card = page.locator(`[data-section=${key}]`);
      const shown = await card
        .locator('form [data-field]')
        .evaluateAll((fields) => fields.map((field) => field.dataset.field));
      assert.deepEqual(shown.sort(), declared(schema).sort(), key);
      const strangers = await card
        .locator('form :is(input, textarea, select, [role=switch])')
        .evaluateAll((inputs) => inputs.filter((input) => !input.closest('[data-field]')).length);
      assert.equal(strangers, 0, `${key} has an input that belongs to no field`);
    }
  });

  test(`in the lane ${lane} Verify says that right settings are right, and names a wrong secret with its step`, async () => {
    const card = await open(prefix, 'google');
    await card.getByRole('button', { name: 'Verify' }).click();
    await card.locator('[data-check=redirectUri].is-ok').waitFor();
    assert.deepEqual(await states(card), {
      route: 'ok',
      clientId: 'ok',
      clientSecret: 'ok',
      redirectUri: 'ok',
      api: 'unknown',
      consent: 'unknown',
    });
    await picturesOfChecks(prefix, `settings-verified${prefix.replace('/', '-')}`, card);
    await card.getByLabel('Client Secret', { exact: true }).fill('wrong');
    await card.getByRole('button', { name: 'Verify' }).click();
    await card.locator('[data-check=clientSecret].is-failed').waitFor();
    await card.getByRole('button', { name: /^Step 7/ }).click();
    const step = card.locator('[data-step="google.credentials"].is-target');
    await step.waitFor();
    assert.ok(await step.evaluate((element) => element === document.activeElement));
    await picturesOfChecks(prefix, `settings-wrong-secret${prefix.replace('/', '-')}`, card);
    const saved = (await call(site.url, token, 'mail:settings')).data.google;
    assert.equal(saved.clientSecret, '••••••••', 'nothing was saved');
    await card.getByRole('button', { name: 'Discard changes' }).click();
    assert.equal(await card.getByLabel('Client Secret', { exact: true }).inputValue(), '••••••••');
  });
}

test('a value that is refused is marked at its field, and nothing else of the page is lost', async () => {
  // In the lane that the host doesn't draw anew for another width.
  const card = await open('/v', 'microsoft');
  await card.getByLabel('Tenant').fill('no such tenant');
  await card.getByText('Changes not saved yet').waitFor();
  await card.getByRole('button', { name: 'Save' }).click();
  await card.locator('[data-field=tenant]').getByText('Enter common, organizations, consumers').waitFor();
  await pictures(page, 'settings-field-error', show(card, '[data-field=tenant]'));
  await card.getByLabel('Tenant').fill('organizations');
  await card.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
  assert.equal((await call(site.url, token, 'mail:settings')).data.microsoft.tenant, 'organizations');
  assert.equal((await call(site.url, token, 'mail:settings')).data.general.syncInterval, 5);
});

test('a secret that expires soon is announced at the top, with the way to its step', async () => {
  const soon = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
  const card = await open('', 'microsoft');
  await card.getByLabel('Client secret expires on').fill(soon);
  await card.getByRole('button', { name: 'Save' }).click();
  const notice = page.locator('[data-notice=microsoft]');
  await notice.getByText(soon).waitFor();
  await notice.getByRole('button', { name: 'Show how' }).click();
  await card.locator('[data-step="microsoft.client-secret"].is-target').waitFor();
  await pictures(page, 'settings-expiry', show(page, '[data-notice=microsoft]'));
});

for (const [lane, prefix, section, email] of [
  ['/', '', 'google', mailboxes.google],
  ['/v/', '/v', 'microsoft', mailboxes.microsoft],
]) {
  test(`a test sign-in at ${section} in the lane ${lane} comes back to the page and links nothing`, async () => {
    const card = await open(prefix, section);
    await trySignIn(card);
    await card.getByText(`Test sign-in as ${email}`).waitFor();
    assert.deepEqual([...new Set(Object.values(await states(card)))], ['ok']);
    await picturesOfChecks(prefix, `settings-trial-${section}`, card);
    assert.deepEqual((await call(site.url, token, 'mail:getMailAccounts')).data, []);
    // The host draws its other lane anew for another width, without what was found.
    if (prefix === '') return;
    await page.setViewportSize({ width: 400, height: 900 });
    await card.getByText(`Test sign-in as ${email}`).waitFor();
    await assertFits(page);
    await page.setViewportSize({ width: 1400, height: 900 });
  });
}

test('a Gmail API that is not enabled is found by the test sign-in', async () => {
  await control(simulator, 'application', { gmailApiDisabled: true });
  const card = await open('', 'google');
  await trySignIn(card);
  await card.locator('[data-check=api].is-failed').getByText('accessNotConfigured').waitFor();
  await card.getByRole('button', { name: /^Step 2/ }).waitFor();
  await picturesOfChecks('', 'settings-api-disabled', card);
  await control(simulator, 'application', { gmailApiDisabled: false });
});

test("an administrator's consent for an organisation ends in clear words", async () => {
  const card = await open('', 'microsoft');
  await card.getByRole('button', { name: 'Create the link' }).click();
  const opened = page.waitForEvent('popup');
  await card.getByRole('link', { name: /Open$/ }).click();
  const consent = await opened;
  await consent.click('#allow');
  await consent.getByText('Consent was given').waitFor();
  await picture(consent, 'admin-consent');
  await consent.close();
});

test('a secret that the provider refuses is announced at the top and told to the administrators', async () => {
  const account = { type: 'microsoft', email: mailboxes.microsoft };
  await linkMailbox(site.url, token, account.type, account.email);
  await firstSync(site.url, token, account);
  await control(simulator, 'application', { secretExpired: true });
  await control(simulator, 'expire-access-tokens', { mailbox: account.email });
  const notices = async () => (await call(site.url, token, 'mail:settingsSchema')).data.notices;
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(500)) {
    if ((await notices()).some(({ level }) => level === 'error')) break;
    await call(site.url, token, 'mail:messagesSync', { body: { emails: [account.email] } });
  }
  await open('', 'microsoft');
  const notice = page.locator('[data-notice=microsoft]');
  await notice.getByText('The provider says that the client secret has expired').waitFor();
  await notice.getByRole('button', { name: 'Show how' }).click();
  await page.locator('[data-step="microsoft.client-secret"].is-target').waitFor();
  await pictures(page, 'settings-secret-expired', show(page, '[data-notice=microsoft]'));
  // Replacing the key wakes the schedule that tells, too.
  const key = page.locator('.mail-encryption-key');
  await key.getByText('it was never replaced').waitFor();
  await key.getByRole('button', { name: 'Replace the key' }).click();
  await page
    .getByRole('dialog', { name: 'Replace the encryption key?' })
    .getByRole('button', { name: 'Replace the key' })
    .click();
  await key.locator('[data-key-generation="1"]').waitFor();
  await key.locator('p', { hasText: /^In use since [^·]*\d$|^In use since .*[AP]M$/ }).waitFor();
  await page.locator('[data-activity=keyRotated]').waitFor();
  await pictures(page, 'settings-encryption-key', show(page, '.mail-encryption-key'));
  const told = async () =>
    (await call(site.url, token, 'myInAppMessages:list')).data.messages.filter(({ title }) =>
      title.includes('client secret for Outlook has expired'),
    );
  for (const deadline = Date.now() + 70_000; Date.now() < deadline; await sleep(500))
    if ((await told()).length > 0) break;
  const [{ options }, ...others] = await told();
  assert.equal(options.url, '/admin/settings/mail');
  assert.deepEqual(others, []);
  await control(simulator, 'application', { secretExpired: false });
  await call(site.url, token, 'mail:deleteMailAccount', { body: account });
});

test('who may link mailboxes is a choice of the page, and a permission of roles', async () => {
  const card = await open('');
  await card.getByText('Roles with the permission').click();
  await card.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved', { exact: true }).waitFor();
  await pictures(page, 'settings-linking', show(card, '[data-field=linking]'));
  const member = await createUser(site.url, token, MEMBER);
  const begin = () => call(site.url, member, 'mail:oauth2url?type=google');
  await assert.rejects(begin, /permission to link email accounts/);
  const asRole = (actions) =>
    call(site.url, token, 'dataSources/main/roles:update?filterByTk=member', {
      body: { strategy: { actions } },
    });
  const { data } = await call(site.url, token, 'dataSources/main/roles:get?filterByTk=member');
  await asRole([...data.strategy.actions, 'linkMailbox']);
  assert.ok((await begin()).data.url);
  await asRole(data.strategy.actions);
  await assert.rejects(begin, /permission to link email accounts/);
  await call(site.url, token, 'mail:saveSettings', {
    body: { section: 'general', values: { linking: 'everyone' } },
  });
  assert.ok((await begin()).data.url);
});

test('on a telephone nothing of the page runs out of it', async (context) => {
  const narrow = await openBrowser({ width: 400, height: 900 });
  context.after(() => narrow.close());
  const secretExpiresAt = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  await call(site.url, token, 'mail:saveSettings', {
    body: { section: 'microsoft', values: { secretExpiresAt } },
  });
  await signInByPage(narrow.page, site.url);
  for (const [, prefix] of LANES) {
    await narrow.page.goto(`${site.url}${prefix}/admin/settings/mail`);
    const card = narrow.page.locator('[data-section=google]');
    await card.locator('.mail-guide-head').click();
    await card.getByRole('button', { name: 'Verify' }).click();
    await card.locator('.mail-check').first().waitFor();
    await assertFits(narrow.page);
    const cut = await narrow.page
      .locator('.mail-settings .ant-btn, .mail-settings .ant-card-head-title')
      .evaluateAll((parts) =>
        parts
          .filter(
            (part) =>
              part.scrollWidth > part.clientWidth + 2 || part.getBoundingClientRect().right > innerWidth,
          )
          .map(
            (part) =>
              `${part.textContent}: ${part.scrollWidth} in ${part.clientWidth}, to ${part.getBoundingClientRect().right}`,
          ),
      );
    assert.deepEqual(cut, []);
    await picture(narrow.page, `settings-narrow-top${prefix.replace('/', '-')}`);
    const notices = await narrow.page
      .locator('[data-notice] .ant-alert-description')
      .evaluateAll((texts) => texts.map((text) => text.clientWidth));
    assert.ok(notices.length > 0 && notices.every((width) => width > 80), `${notices}`);
    await card.scrollIntoViewIfNeeded();
    await picture(narrow.page, `settings-narrow${prefix.replace('/', '-')}`);
  }
  assert.deepEqual(narrow.errors, []);
});

test('no page threw an error', () => assert.deepEqual(browser.errors, []));

/** Brings a part of the page into view. */
function show(within, selector) {
  return () => within.locator(selector).first().scrollIntoViewIfNeeded();
}

/** The first lane draws the page anew for another width, without the checks: the test on a telephone shows them narrow. */
async function picturesOfChecks(prefix, name, card) {
  const showChecks = show(card, '.mail-checks');
  if (prefix !== '') return pictures(page, name, showChecks);
  await showChecks();
  return picture(page, name);
}

/** Nothing is wider than the page. */
async function assertFits(shown) {
  const root = shown.locator('.mail-settings');
  const widths = await root.evaluate((element) => [element.scrollWidth, element.clientWidth]);
  assert.ok(widths[0] <= widths[1], `${widths[0]} pixels in ${widths[1]}`);
}

/** The page, freshly loaded; its card of a section. */
async function open(prefix, section = 'general') {
  await page.goto(`${site.url}${prefix}/admin/settings/mail`);
  const card = page.locator(`[data-section=${section}]`);
  await card.waitFor();
  return card;
}

async function trySignIn(card) {
  const opened = page.waitForEvent('popup');
  await card.getByRole('button', { name: 'Test sign-in' }).click();
  const consent = await opened;
  await consent.click('#allow');
}

/** How each check on the card ended. */
async function states(card) {
  const checks = await card
    .locator('[data-check]')
    .evaluateAll((rows) => rows.map((row) => [row.dataset.check, /is-(\w+)/.exec(row.className)[1]]));
  return Object.fromEntries(checks);
}

/** The paths of everything that a schema shows. */
function declared(schema, path = '') {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    `${path}${name}`,
    ...declared(field, `${path}${name}.`),
  ]);
}
