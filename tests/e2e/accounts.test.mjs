// The accounts page in every state of an account, and the ways back from the provider: a real NocoBase, a real browser, the
// stand-in for Google and Microsoft.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { firstSync, linkMailbox, settled } from '../../js/tools/demo/link.mjs';
import { call, until } from '../../js/tools/nocobase/api.mjs';
import { openBrowser, picture, pictures, signInByPage } from './support/browser.mjs';
import { createUser } from './support/people.mjs';
import { control } from './support/simulator.mjs';
import { openSite } from './support/site.mjs';

const LANES = [
  ['/', ''],
  ['/v/', '/v'],
];
/** A mailbox for each state, all of the administrator. */
const BOXES = {
  waiting: ['google', 'waiting@gmail.example'],
  ready: ['google', 'ready@gmail.example'],
  paused: ['microsoft', 'paused@outlook.example'],
  failing: ['microsoft', 'failing@outlook.example'],
  dead: ['google', 'dead@gmail.example'],
  missing: ['google', 'missing@gmail.example'],
};
const SLOW = ['google', 'slow@gmail.example'];
const MEMBER = { account: 'member', nickname: 'Mia Member', password: 'member-1234' };

let opened, simulator, site, browser, page, token;

before(async () => {
  const boxes = [...Object.values(BOXES), ['microsoft', 'bob@outlook.example']];
  const of = (type) => boxes.filter(([each]) => each === type).map(([, email]) => `${email}:12`);
  opened = await openSite({
    google: [...of('google'), `${SLOW[1]}:300`],
    microsoft: of('microsoft'),
  });
  ({ simulator, site, browser, page, token } = opened);
});

after(() => opened?.close());

test('mailboxes are brought into every state', async () => {
  // What is authorised for reading only lacks something when the site wants to send as well.
  await call(site.url, token, 'mail:saveSettings', {
    body: { section: 'google', values: { mode: 'readOnly' } },
  });
  await link('missing');
  await call(site.url, token, 'mail:saveSettings', {
    body: { section: 'google', values: { mode: 'readAndSend' } },
  });
  for (const name of ['ready', 'paused', 'failing', 'dead']) await link(name);
  await linkMailbox(site.url, token, ...BOXES.waiting);

  await control(simulator, 'revoke-consent', { mailbox: BOXES.dead[1] });
  await control(simulator, 'expire-access-tokens', { mailbox: BOXES.dead[1] });
  await sync('dead');
  await until(
    async () => (await account('dead')).status === 'needs_reauthorization',
    'the grant is not found dead',
  );
  await control(simulator, 'fault', { provider: 'microsoft', path: '/graph/', status: 503, count: 0 });
  await sync('failing');
  await until(async () => (await account('failing')).status === 'failing', 'the failure is not shown');
  const { missingPermissions } = await account('missing');
  assert.deepEqual(
    missingPermissions.map(({ name }) => name),
    ['read, organise and send mail'],
  );
});

for (const [lane, prefix] of LANES) {
  test(`the page says in the lane ${lane} what is the matter with each mailbox, since when, and the way out`, async () => {
    if (prefix === '')
      await call(site.url, token, 'mail:pauseAccount', { body: { ...body('paused'), paused: true } });
    await open(prefix);
    await later();
    const buttons = {
      waiting: 'Choose the start date',
      ready: 'Sync emails',
      paused: 'Resume',
      failing: 'Sync emails',
      dead: 'Authorize again',
      missing: 'Allow',
    };
    for (const [name, button] of Object.entries(buttons))
      await card(name).getByRole('button', { name: button }).waitFor();
    for (const name of ['paused', 'failing', 'dead'])
      await card(name)
        .getByText(/^Since .*20\d\d/)
        .waitFor();
    await card('missing').getByText('read, organize and send mail').waitFor();
    assert.equal(await card('paused').getByRole('button', { name: 'Sync emails' }).count(), 0);
    await pictures(page, `accounts-states${prefix.replace('/', '-')}`);
  });
}

test('a first synchronization shows how far it is', async () => {
  await control(simulator, 'clear-faults', {});
  await control(simulator, 'latency', { ms: 700 });
  await linkMailbox(site.url, token, ...SLOW);
  await open('');
  await later();
  // Begun when the page is open, so that it is not over before the page is.
  await call(site.url, token, 'mail:startSync', { body: { type: SLOW[0], email: SLOW[1], startDate: null } });
  await page.locator(`[data-email="${SLOW[1]}"]`).getByRole('progressbar').waitFor();
  await pictures(page, 'accounts-first-sync');
  await control(simulator, 'latency', { ms: 0 });
  await settled(site.url, token, SLOW[1], ({ sync }) => sync.done);
});

for (const [lane, prefix] of LANES) {
  test(`a mailbox is paused, resumed and named in the lane ${lane}`, async () => {
    await open(prefix);
    await later();
    await card('ready').getByRole('button', { name: 'Pause' }).click();
    await card('ready').getByRole('button', { name: 'Resume' }).click();
    await card('ready').getByRole('button', { name: 'Pause' }).waitFor();
    assert.equal((await account('ready')).status, 'ready');
    await more('ready', 'Sender name');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill(`Rita of ${lane}`);
    await picture(page, 'accounts-sender-name');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await card('ready').getByText(`Rita of ${lane}`).waitFor();
    assert.equal((await account('ready')).config.displayName, `Rita of ${lane}`);
  });
}

test('authorizing another mailbox than the one that needs it is refused, and says so', async () => {
  await open('');
  await later();
  const consent = await popup(() => card('dead').getByRole('button', { name: 'Authorize again' }).click());
  await choose(consent, BOXES.ready[1]);
  await consent.click('#allow');
  await consent.getByText('This is a different mailbox').waitFor();
  await consent.getByText('choose the one that you want to authorize again').waitFor();
  await pictures(consent, 'callback-other-mailbox');
  const closed = consent.waitForEvent('close');
  await consent.getByRole('button', { name: 'Close this window' }).click().catch(unlessClosed(consent));
  await closed;
});

test('authorizing again and allowing what was missing repair the mailboxes without a reload', async () => {
  for (const [name, button] of [
    ['dead', 'Authorize again'],
    ['missing', 'Allow'],
  ]) {
    const consent = await popup(() => card(name).getByRole('button', { name: button }).click());
    const closed = consent.waitForEvent('close');
    await consent.click('#allow');
    await consent.getByText('Authorization renewed').waitFor();
    if (name === 'dead') await picture(consent, 'callback-renewed').catch(unlessClosed(consent));
    await closed;
    await card(name).getByText('Connected', { exact: true }).waitFor();
  }
  assert.equal(await page.getByText('These permissions are missing').count(), 0);
});

for (const [lane, prefix] of LANES) {
  test(`where pop-ups are blocked, the way leads in the lane ${lane} through this tab and back to where the user was`, async () => {
    const blocked = await openBrowser();
    await signInByPage(blocked.page, site.url);
    await blocked.page.addInitScript(() => (window.open = () => null));
    await blocked.page.goto(`${site.url}${prefix}/admin/mail?view=accounts&box=spam`);
    const later = blocked.page.getByRole('dialog').getByRole('button', { name: 'Later' });
    await later.click();
    const ready = blocked.page.locator(`[data-email="${BOXES.ready[1]}"]`);
    await ready.getByRole('button', { name: /^More for/ }).click();
    await blocked.page.getByRole('menuitem', { name: 'Authorize again' }).click();
    await blocked.page.click('#deny');
    await blocked.page.getByText('Access was not granted').waitFor();
    await pictures(blocked.page, `callback-denied${prefix.replace('/', '-')}`);
    await blocked.page.getByRole('button', { name: 'Go back' }).click();
    await blocked.page.waitForURL(`${site.url}${prefix}/admin/mail?view=accounts&box=spam`);
    await later.click();
    await ready.getByRole('button', { name: /^More for/ }).click();
    await blocked.page.getByRole('menuitem', { name: 'Authorize again' }).click();
    await blocked.page.click('#allow');
    await blocked.page.waitForURL(`${site.url}${prefix}/admin/mail?view=accounts&box=spam`);
    assert.deepEqual(blocked.errors, []);
    await blocked.close();
  });
}

test('the callback page has words for an answer that is old, and for none', async () => {
  await page.goto(`${site.url}/admin/settings/mail/oauth2?code=c&state=made-up`);
  await page.getByText('This attempt is no longer valid').waitFor();
  await pictures(page, 'callback-invalid');
  assert.ok(!page.url().includes('code='), 'the code is gone from the address');
  await page.goto(`${site.url}/v/admin/settings/mail/oauth2`);
  await page.getByText('There is nothing to do here').waitFor();
  await pictures(page, 'callback-nothing');
  const stranger = await openBrowser();
  await stranger.page.goto(`${site.url}/admin/settings/mail/oauth2?code=c&state=s`);
  await stranger.page.getByText('You are signed out').waitFor();
  await pictures(stranger.page, 'callback-signed-out');
  await stranger.close();
});

test('who has to authorize a mailbox again was told in the notifications, once', async () => {
  const told = async () => {
    const { data } = await call(site.url, token, 'myInAppMessages:list?limit=50');
    return data.messages.filter(({ title }) => title.includes(BOXES.dead[1]));
  };
  // It was repaired meanwhile, so that it may have been told before or not at all; the next time it is told.
  const before = (await told()).length;
  await control(simulator, 'revoke-consent', { mailbox: BOXES.dead[1] });
  await control(simulator, 'expire-access-tokens', { mailbox: BOXES.dead[1] });
  await sync('dead');
  await until(async () => (await told()).length > before, 'the user was not told');
  const [{ title, options }] = await told();
  assert.equal(title, `${BOXES.dead[1]} needs to be authorized again`);
  assert.equal(options.url, '/admin/mail?view=accounts');
  await sync('dead');
  assert.equal((await told()).length, before + 1);
});

test('deleting an account says what became of the access at the provider', async () => {
  const member = await createUser(site.url, token, MEMBER);
  await linkMailbox(site.url, member, ...BOXES.ready);
  await firstSync(site.url, member, { type: BOXES.ready[0], email: BOXES.ready[1] });
  const remove = async (name) => {
    await card(name).getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  };
  await control(simulator, 'fault', { path: '/google/revoke', status: 503, count: 0 });
  for (const [name, reason, words, width] of [
    ['ready', 'shared', 'somebody else here uses the same mailbox', 1400],
    ['missing', 'failed', 'could not be revoked at the provider', 400],
    ['paused', 'unsupported', "only the mailbox's owner", 1400],
  ]) {
    await page.setViewportSize({ width, height: 900 });
    await open('');
    await later();
    await remove(name);
    const report = page.locator(`[data-revocation=${reason}]`);
    await report.getByText(words).waitFor();
    assert.equal(await report.getByRole('link').count(), reason === 'shared' ? 0 : 1);
    await page.waitForTimeout(500);
    await picture(page, `accounts-deleted-${reason}`);
    await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
    await report.waitFor({ state: 'detached' });
    assert.equal(await card(name).count(), 0);
  }
  await control(simulator, 'clear-faults', {});
  await page.locator(`[data-email="${SLOW[1]}"]`).getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('The account was deleted').waitFor();
  assert.equal(await page.locator('[data-revocation]').count(), 0);
});

test('the guide for the set-up in French names what the pages show, in both lanes', async (context) => {
  await call(site.url, token, 'systemSettings:update/1', { body: { enabledLanguages: ['en-US', 'fr-FR'] } });
  const french = await openBrowser();
  // Left open, a test that fails would never end.
  context.after(() => french.close());
  await french.page.addInitScript(() => localStorage.setItem('NOCOBASE_LOCALE', 'fr-FR'));
  await signInByPage(french.page, site.url);
  for (const [, prefix] of LANES) {
    await french.page.goto(`${site.url}${prefix}/admin/settings/mail`);
    await french.page.getByText("Paramètres d'e-mail").first().waitFor();
    for (const section of ['google', 'microsoft']) {
      const settings = french.page.locator(`[data-section=${section}]`);
      await settings.getByLabel('ID client (Client ID)', { exact: true }).waitFor();
      await settings.getByLabel('Secret client (Client Secret)', { exact: true }).waitFor();
      const uri = await settings.getByRole('textbox', { name: 'URI de redirection' }).inputValue();
      assert.equal(uri, `${site.url}/admin/settings/mail/oauth2`);
    }
    await pictures(french.page, `settings-french${prefix.replace('/', '-')}`);
    await french.page.goto(`${site.url}${prefix}/admin/mail?view=accounts`);
    await french.page
      .getByText('Échec de la synchronisation')
      .or(french.page.getByText('Connecté', { exact: true }))
      .first()
      .waitFor();
    await pictures(french.page, `accounts-french${prefix.replace('/', '-')}`);
  }
  await french.page.goto(`${site.url}/admin/settings/plugin-manager`);
  await french.page.locator('.ant-card', { hasText: "Gestionnaire d'e-mails" }).first().waitFor();
  assert.deepEqual(french.errors, []);
});

test('no page threw an error', () => assert.deepEqual(browser.errors, []));

function body(name) {
  const [type, email] = BOXES[name];
  return { type, email };
}

async function link(name) {
  await linkMailbox(site.url, token, ...BOXES[name]);
  await firstSync(site.url, token, body(name));
}

async function account(name) {
  const { data } = await call(site.url, token, 'mail:getMailAccounts');
  return data.find(({ email }) => email === BOXES[name][1]);
}

function sync(name) {
  return call(site.url, token, 'mail:messagesSync', { body: { emails: [BOXES[name][1]] } });
}

function card(name) {
  return page.locator(`[data-email="${BOXES[name][1]}"]`);
}

async function more(name, item) {
  await card(name)
    .getByRole('button', { name: /^More for/ })
    .click();
  await page.getByRole('menuitem', { name: item }).click();
}

async function open(prefix) {
  await page.goto(`${site.url}${prefix}/admin/mail?view=accounts`);
  await card('failing').waitFor();
}

/** The page asks for the start date of the mailbox that waits for it. */
function later() {
  return page.getByRole('dialog').getByRole('button', { name: 'Later' }).click();
}

/** A window that closes may be gone before what was done with it is said to have ended. */
function unlessClosed(window) {
  return (error) => {
    if (!window.isClosed()) throw error;
  };
}

async function popup(click) {
  const opened = page.waitForEvent('popup');
  await click();
  const consent = await opened;
  await consent.waitForSelector('#allow');
  return consent;
}

/** Chooses another mailbox on the consent page than the one that is asked for. */
function choose(consent, email) {
  return consent
    .locator('[name=user]')
    .first()
    .evaluate((field, value) => {
      const option = document.querySelector(`[name=user][value="${value}"]`);
      if (option) option.checked = true;
      else field.value = value;
    }, email);
}
