// Every page, dialog and state of ours in a real browser, wide and narrow, light and dark: nothing serious keeps anybody from using it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mailboxes } from '../../js/tools/demo-settings.mjs';
import { firstSync, linkMailbox } from '../../js/tools/demo/link.mjs';
import { assertAccessible } from './support/accessibility.mjs';
import { useTheme } from './support/compose.mjs';
import { dialogsOf, furnish } from './support/dialogs.mjs';
import { control } from './support/simulator.mjs';
import { openSite } from './support/site.mjs';

/** Each lane has two of the four looks; the composer's test has it the same way. */
const LANES = [
  [
    '/',
    '',
    [
      ['dark', 1400],
      ['default', 400],
    ],
  ],
  [
    '/v/',
    '/v',
    [
      ['dark', 400],
      ['default', 1400],
    ],
  ],
];
const email = mailboxes.google;
const HEIGHT = 900;

let opened, simulator, site, browser, page;

before(async () => {
  opened = await openSite({ google: `${email}:30` });
  ({ simulator, site, browser, page } = opened);
});

after(() => opened?.close());

for (const [lane, prefix, looks] of LANES) {
  for (const [theme, width] of looks)
    test(`the Email centre without a mailbox and the settings in the lane ${lane}, ${theme}, ${width} pixels`, async () => {
      const look = await looking(prefix, theme, width);
      await look.at('admin/mail', () => page.getByRole('button', { name: 'Link account' }).waitFor());
      await look.check('empty', '.mail-centre');
      await look.at('admin/settings/mail', () => page.locator('[data-section=google]').waitFor());
      await look.check('settings', '.mail-settings');
    });
}

let account;

test('a mailbox is linked, with a conversation in it', async () => {
  for (const [index, subject] of ['Crane', 'Re: Crane'].entries())
    await control(simulator, 'deliver', {
      mailbox: email,
      subject,
      from: '"desk@bank.example" <news@mailer.example>',
      html: `<p>What would it cost?</p><img src="${simulator.url}/a.png">`,
      messageId: `<crane.${index}@shop.example>`,
      attachments: [{ filename: 'plan.txt', mimeType: 'text/plain', text: 'plan' }],
      ...(index > 0 && { inReplyTo: `<crane.${index - 1}@shop.example>` }),
    });
  account = await linkMailbox(site.url, site.token, 'google', email);
});

test('the question when the first sync begins', async () => {
  const look = await looking('', 'default', 1400);
  const question = 'From when should emails be synchronized?';
  await look.at('admin/mail', () => page.getByRole('dialog', { name: question }).waitFor());
  await page.getByRole('radio', { name: 'Since a date' }).check();
  await look.check('start', '.ant-modal');
});

test('the mailbox is synchronised', async () => {
  await firstSync(site.url, site.token, account);
  await furnish(opened, email);
});

/** What opens over the pages is much alike: half of it is looked at in the dark. */
for (const [prefix, theme, parts] of [
  ['', 'dark', ['organising', 'settings']],
  ['/v', 'default', ['writing', 'accounts']],
]) {
  for (const part of parts)
    test(`every dialog, drawer and menu of ${part}, ${theme}`, async () => {
      const look = await looking(prefix, theme, 1400);
      const row = page.locator('.mail-row', { hasText: 'Crane' });
      await dialogsOf({ page, look, row, email })[part]();
    });
}

for (const [lane, prefix, looks] of LANES) {
  for (const [theme, width] of looks)
    test(`the Email centre and the accounts in the lane ${lane}, ${theme}, ${width} pixels`, async () => {
      const look = await looking(prefix, theme, width);
      const row = page.locator('.mail-row', { hasText: 'Crane' });
      await look.at('admin/mail', () => row.waitFor());
      await look.check('list', '.mail-centre');
      await row.locator('.mail-check').click();
      await page.getByRole('region', { name: 'Selected emails' }).waitFor();
      await look.check('bulk', '.mail-centre');
      await page.keyboard.press('Escape');
      if (width === 400) {
        await page.getByRole('button', { name: 'Mailboxes' }).click();
        await page.getByRole('navigation', { name: 'Mailboxes' }).waitFor();
        await look.check('tree', '.mail-tree');
        await look.at('admin/mail', () => row.waitFor());
      }
      await row.click();
      await page.getByRole('navigation', { name: 'Earlier emails of this conversation' }).waitFor();
      await page.locator('iframe.mail-frame').waitFor();
      await look.check('conversation', '.mail-centre');
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      await look.check('shortcuts', '.ant-modal');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor({ state: 'hidden' });
      await look.at('admin/mail', () => row.waitFor());
      const box = page.getByRole('textbox', { name: 'Search emails' });
      await box.fill('crane');
      await box.press('Enter');
      await page.getByRole('listbox', { name: 'Search results' }).locator('mark').first().waitFor();
      await look.check('search', '.mail-centre');
      await look.at('admin/mail?view=accounts', () => page.getByText(email).first().waitFor());
      await look.check('accounts', '.mail-centre');
    });
}

test('no page threw an error', () => assert.deepEqual(browser.errors, []));

/** The administrator's pages as they look to somebody with this theme and this width. */
async function looking(prefix, theme, width) {
  await page.setViewportSize({ width, height: HEIGHT });
  await useTheme(site.url, site.token, theme);
  return {
    at: async (path, shown) => {
      await page.goto(`${site.url}${prefix}/${path}`);
      await shown();
    },
    check: (state, selector) =>
      assertAccessible(page, selector, `look-${state}-${theme}-${width}${prefix.replace('/', '-')}`),
  };
}
