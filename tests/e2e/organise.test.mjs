// Organising mail in a real NocoBase and a real browser, in both lanes and with both providers: what is done on the page is
// there at once, and soon in the mailbox at the provider.
import assert from 'node:assert/strict';
import path from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { demo } from '../../js/tools/common/paths.mjs';
import { mailboxes, saveDemoSettings } from '../../js/tools/demo-settings.mjs';
import { startInstance } from '../../js/tools/demo/instance.mjs';
import { firstSync, linkMailbox } from '../../js/tools/demo/link.mjs';
import { startSimulator } from '../../js/tools/demo/simulator.mjs';
import { call, until } from '../../js/tools/nocobase/api.mjs';
import { openBrowser, picture, signInByPage } from './support/browser.mjs';
import { control, heldBy } from './support/simulator.mjs';

const DIR = path.join(demo, 'e2e');
const PORTS = { nocobase: 13500, database: 13501, simulator: 13502 };
const SIZE = 120;

let simulator, site, browser, page;

before(async () => {
  simulator = await startSimulator({
    dir: DIR,
    port: PORTS.simulator,
    google: `${mailboxes.google}:${SIZE}`,
    microsoft: `${mailboxes.microsoft}:${SIZE}`,
  });
  const tgz = process.env.EMAIL_MANAGER_PACKAGE;
  site = await startInstance({ dir: DIR, ports: PORTS, tgz, fresh: true, durable: false });
  await saveDemoSettings(site.url, site.token, simulator.url);
  for (const [type, email] of Object.entries(mailboxes)) {
    await firstSync(site.url, site.token, await linkMailbox(site.url, site.token, type, email));
  }
  browser = await openBrowser();
  page = browser.page;
  await signInByPage(page, site.url);
});

after(async () => {
  await browser?.close();
  await site?.stop();
  await simulator?.stop();
});

for (const [lane, prefix, type] of [
  ['/', '', 'google'],
  ['/v/', '/v', 'microsoft'],
]) {
  const email = mailboxes[type];
  const inbox = () => `${site.url}${prefix}/admin/mail?mailbox=${encodeURIComponent(email)}`;
  const name = prefix ? 'v' : 'root';

  /** A new mail at the top of the list: its row, and how it stands at the provider. */
  const arrival = async (subject) => {
    await page.goto(inbox());
    await page.locator('.mail-row').first().waitFor();
    await control(simulator, 'deliver', { mailbox: email, subject, html: '<p>Hello</p>' });
    await page.getByRole('button', { name: 'Sync emails' }).click();
    const row = page.locator('.mail-row', { hasText: subject });
    await row.waitFor();
    return { row, there: () => heldBy(simulator, email, subject) };
  };
  const becomes = (there, condition, what) => until(async () => condition(await there()), what);

  test(`an email in the lane ${lane} is read, starred, archived and put back, here at once and at ${type} soon`, async () => {
    const { row, there } = await arrival(`Quarterly offer ${name}`);
    assert.equal((await there()).read, false);
    await row.click();
    await becomes(there, (mail) => mail.read, 'opening did not mark it read');
    const toolbar = page.locator('.mail-reader').getByRole('toolbar');
    await toolbar.getByRole('button', { name: 'Star', exact: true }).click();
    await row.locator('.mail-star-on').waitFor();
    await becomes(there, (mail) => mail.starred, 'it was not starred');
    await picture(page, `organise-reader-${name}`);
    await toolbar.getByRole('button', { name: 'Archive', exact: true }).click();
    await row.waitFor({ state: 'detached' });
    await page.getByText('Archived', { exact: true }).waitFor();
    await picture(page, `organise-undo-${name}`);
    await becomes(there, (mail) => mail.box === 'archive', 'it was not archived');
    await page.getByRole('button', { name: 'Undo' }).click();
    await becomes(there, (mail) => mail.box === 'in', 'it was not put back');
    await row.waitFor();
  });

  test(`keys in the lane ${lane} do what they say, and "?" tells which there are`, async () => {
    const { row, there } = await arrival(`By keys ${name}`);
    await row.click();
    await becomes(there, (mail) => mail.read, 'opening did not mark it read');
    await page.locator('.mail-list').focus();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await picture(page, `organise-keys-${name}`);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.locator('.mail-list').focus();
    await page.keyboard.press('s');
    await becomes(there, (mail) => mail.starred, '"s" did not star it');
    await page.keyboard.press('u');
    await becomes(there, (mail) => !mail.read, '"u" did not mark it unread');
    await page.keyboard.press('#');
    await row.waitFor({ state: 'detached' });
    await becomes(there, (mail) => mail.box === 'trash', '"#" did not move it to the trash');
  });

  test(`several emails in the lane ${lane} are selected, labelled, marked to do and archived at once`, async () => {
    const first = await arrival(`One of two ${name}`);
    const second = await arrival(`Two of two ${name}`);
    await first.row.locator('.mail-check').click();
    await second.row.locator('.mail-check').click();
    const bar = page.getByRole('region', { name: 'Selected emails' });
    await bar.getByText('2 selected').waitFor();
    await bar.getByRole('button', { name: 'Labels' }).click();
    await page.getByRole('textbox', { name: 'Name of the new label' }).fill(`Urgent ${name}`);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await first.row.getByText(`Urgent ${name}`).waitFor();
    await picture(page, `organise-bulk-${name}`);
    await page.keyboard.press('Escape');
    await bar.getByRole('button', { name: 'To-do' }).click();
    await bar.getByRole('button', { name: 'Archive', exact: true }).click();
    await second.row.waitFor({ state: 'detached' });
    for (const { there } of [first, second])
      await becomes(there, (mail) => mail.box === 'archive', 'not all were archived');
    const tree = page.locator('.mail-tree');
    await tree.getByRole('button', { name: `Urgent ${name}`, exact: true }).click();
    await first.row.waitFor();
    assert.equal(await page.locator('.mail-row').count(), 2);
    await picture(page, `organise-label-${name}`);
    await tree.getByRole('button', { name: 'To-do', exact: true }).click();
    await second.row.waitFor();
  });

  test(`notes are kept in the lane ${lane}, and mail is deleted for good only where the provider lets it`, async () => {
    const { row, there } = await arrival(`With a note ${name}`);
    await row.click();
    await page.getByRole('button', { name: 'Add a note' }).click();
    await page.getByRole('textbox', { name: 'Note' }).fill('Call back on Monday');
    await page.locator('.mail-notes').getByRole('button', { name: 'Save' }).click();
    await page.locator('.mail-note', { hasText: 'Call back on Monday' }).waitFor();
    await page.reload();
    await page.locator('.mail-note', { hasText: 'Call back on Monday' }).waitFor();
    const toolbar = page.locator('.mail-reader').getByRole('toolbar');
    await toolbar.getByRole('button', { name: 'Move to trash' }).click();
    await becomes(there, (mail) => mail.box === 'trash', 'it was not moved to the trash');
    await page.goto(`${inbox()}&box=trash`);
    await row.click();
    if (type === 'google') {
      assert.ok(await toolbar.getByRole('button', { name: /Only the provider deletes/ }).isDisabled());
      return;
    }
    await toolbar.getByRole('button', { name: 'Delete for good' }).click();
    await picture(page, `organise-delete-${name}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
    await row.waitFor({ state: 'detached' });
    await until(async () => (await there()) === undefined, 'it was not deleted there');
  });

  test(`while ${type} is out of reach the lane ${lane} says so, and nothing is lost`, async () => {
    const { row, there } = await arrival(`Offline ${name}`);
    await control(simulator, 'fault', { provider: type, status: 503, count: 0 });
    await row.locator('.mail-check').click();
    await page
      .getByRole('region', { name: 'Selected emails' })
      .getByRole('button', { name: 'Star', exact: true })
      .click();
    await row.locator('.mail-star-on').waitFor();
    await row.getByLabel('Not yet at the provider').waitFor();
    await picture(page, `organise-offline-${name}`);
    assert.equal((await there()).starred, false);
    await control(simulator, 'clear-faults', {});
    await becomes(there, (mail) => mail.starred, 'what waited was not sent');
  });

  test(`at 400 pixels the lane ${lane} has everything within reach`, async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    await page.goto(inbox());
    const row = page.locator('.mail-row').first();
    await row.locator('.mail-check').click();
    await picture(page, `organise-narrow-list-${name}`);
    await row.locator('.mail-check').click();
    await row.click();
    const archive = page.getByRole('toolbar').getByRole('button', { name: 'Archive', exact: true });
    const place = await archive.boundingBox();
    assert.ok(place.x >= 0 && place.x + place.width <= 400);
    await picture(page, `organise-narrow-reader-${name}`);
    await page.setViewportSize({ width: 1400, height: 900 });
  });
}

test('the queue is empty and both sides say the same', async () => {
  for (const email of Object.values(mailboxes)) {
    const filter = encodeURIComponent(JSON.stringify({ email }));
    const list = () => call(site.url, site.token, `mailMessages:listPerson?pageSize=200&filter=${filter}`);
    await until(async () => (await list()).data.every(({ outgoing }) => !outgoing), 'something still waits');
  }
});

test('no page threw an error', () => assert.deepEqual(browser.errors, []));
