// Bulk emails in both lanes of a real NocoBase: each recipient gets one of their own, and the folder shows what became of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mailboxes } from '../../js/tools/demo-settings.mjs';
import { firstSync, linkMailbox } from '../../js/tools/demo/link.mjs';
import { call, until } from '../../js/tools/nocobase/api.mjs';
import { assertAccessible } from './support/accessibility.mjs';
import { composer, fill, LONG, useTheme, writeText } from './support/compose.mjs';
import { control, sentMails } from './support/simulator.mjs';
import { openSite } from './support/site.mjs';

const SIZE = 10;

let opened, simulator, site, browser, page, token;

before(async () => {
  const sizes = Object.entries(mailboxes).map(([type, email]) => [type, `${email}:${SIZE}`]);
  opened = await openSite(Object.fromEntries(sizes));
  ({ simulator, site, browser, page, token } = opened);
  for (const [type, email] of Object.entries(mailboxes))
    await firstSync(site.url, token, await linkMailbox(site.url, token, type, email));
});

after(() => opened?.close());

for (const [lane, prefix, type] of [
  ['/', '', 'google'],
  ['/v/', '/v', 'microsoft'],
]) {
  const email = mailboxes[type];
  const subject = `Offer ${type}`;
  const item = () => page.locator('[data-bulk]', { hasText: subject });
  const list = async (filter) => {
    const query = new URLSearchParams({ filter: JSON.stringify(filter), appends: 'children' });
    return (await call(site.url, token, `mailMassMessages:list?${query}`)).data;
  };

  test(`in ${lane} an email is sent to each of three people alone, and again to whom it failed`, async () => {
    await page.goto(`${site.url}${prefix}/admin/mail?mailbox=${encodeURIComponent(email)}`);
    await page.getByRole('button', { name: 'New mail' }).click();
    const form = composer(page);
    await form.getByRole('textbox', { name: 'Text of the email' }).waitFor();
    await fill(form, 'To', 'Ann Lee <ann@customer.example>, bo@customer.example, cy@customer.example,');
    await form.getByRole('checkbox', { name: 'Send individually' }).check();
    await form.getByTitle('every 10 seconds').click();
    await page.locator('.ant-select-item-option', { hasText: 'one after the other' }).click();
    await form.getByTitle('one after the other').waitFor();
    await form.getByLabel('Subject', { exact: true }).fill(subject);
    await writeText(page, form, 'Dear {{name}}, this is for {{email}}.');
    await assertAccessible(page, '.mail-composer', `bulk-compose-${type}`);
    const refused = { path: '/send', method: 'POST', status: 400, reason: 'ErrorInvalidRecipients' };
    await control(simulator, 'fault', { ...refused, provider: type });
    await form.getByRole('button', { name: 'Send', exact: true }).dblclick();
    await form.waitFor({ state: 'detached' });

    await page.getByRole('region', { name: email }).locator('[data-box=mass]').click();
    await item()
      .getByText(/2 sent · 1 failed/)
      .waitFor({ timeout: LONG });
    await item().getByRole('button', { name: subject }).click();
    const failed = page.locator('[data-recipient][data-status=failed]');
    await failed.waitFor();
    assert.equal(await page.locator('[data-recipient][data-status=sent]').count(), 2);
    await assertAccessible(page, '.mail-bulk-pane', `bulk-${type}`);
    await item().getByRole('button', { name: 'Send the failed ones again' }).click();
    await item()
      .getByText(/3 sent/)
      .waitFor({ timeout: LONG });
    await failed.waitFor({ state: 'detached' });

    const sent = (await sentMails(simulator, email)).filter((mail) => mail.subject === subject);
    assert.deepEqual(sent.map(({ to }) => to.join()).sort(), [
      'ann@customer.example',
      'bo@customer.example',
      'cy@customer.example',
    ]);
    for (const { to, html } of sent) {
      const name = to[0].startsWith('ann') ? 'Ann Lee' : to[0];
      assert.ok(html.includes(`Dear ${name}, this is for ${to[0]}.`), html);
    }
  });

  test(`in ${lane} the same bulk email asked for twice is one, and is called off`, async () => {
    const data = { key: `twice-${type}`, accountEmail: email, to: ['a@x.example', 'b@x.example'] };
    const body = { data: { ...data, subject: `Later ${type}` }, mailSendSetting: { interval: 3_600_000 } };
    const answers = await Promise.all(
      [1, 2].map(() => call(site.url, token, 'mailMassMessages:send', { body })),
    );
    const [one, two] = answers.map((answer) => answer.data);
    assert.equal(String(one.id), String(two.id));
    assert.equal(one.children.length, 2);
    const sent = async () => (await list({ parentId: one.id })).filter(({ status }) => status === 'sent');
    await until(async () => (await sent()).length === 1, 'the first one was not sent');
    await page.goto(`${site.url}${prefix}/admin/mail?box=mass&mailbox=${encodeURIComponent(email)}`);
    const later = page.locator('[data-bulk]', { hasText: `Later ${type}` });
    await later.getByRole('button', { name: 'Cancel the rest' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the rest' }).click();
    await later.getByText(/1 sent · 1 cancelled/).waitFor();
    const [parent] = await list({ parentId: null });
    assert.equal(parent.status, 'some_sent');
    assert.deepEqual(
      parent.children.map(({ to, status }) => [to, status]),
      [
        ['a@x.example', 'sent'],
        ['b@x.example', 'canceled'],
      ],
    );
  });
}

test('the folder can be read in the dark and on a telephone', async () => {
  await useTheme(site.url, token, 'dark');
  await page.setViewportSize({ width: 400, height: 800 });
  await page.goto(`${site.url}/admin/mail?box=mass`);
  await page.getByRole('button', { name: 'Offer google' }).click();
  await page.getByRole('list', { name: 'Recipients of Offer google' }).waitFor();
  await assertAccessible(page, '.mail-bulk-pane', 'bulk-dark-400');
  assert.deepEqual(browser.errors, []);
});
