// Folders in the browser, for a mailbox of either provider.
import assert from 'node:assert/strict';
import { until } from '../../../js/tools/nocobase/api.mjs';
import { picture, pictures } from './browser.mjs';
import { control } from './simulator.mjs';

/** An email is moved to "Customers", which the tree then shows with it; the place outlives a reload. */
export async function fileAway({ simulator, page, email, type, name, becomes }) {
  const row = page.locator('.mail-row', { hasText: `Filed ${name}` });
  const tree = page.getByRole('tree', { name: `Folders of ${email}` });
  const customers = tree.getByRole('treeitem', { name: /^Customers/ });
  const toolbar = page.locator('.mail-reader').getByRole('toolbar');
  const heading = page.getByRole('heading', { name: 'Customers', exact: true });
  await row.click();
  await becomes('Filed', (mail) => mail.read, 'opening did not mark it read');
  await toolbar.getByRole('button', { name: 'Move to', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Customers', exact: true }).click();
  await row.waitFor({ state: 'detached' });
  await becomes('Filed', (mail) => mail.box === 'archive', 'it was not moved');
  await customers.click();
  await heading.waitFor();
  await row.waitFor();
  await page.reload();
  await heading.waitFor();
  await row.waitFor();
  assert.equal(await customers.getAttribute('aria-selected'), 'true');
  if (type === 'microsoft') {
    await customers.press('ArrowRight');
    await tree.getByRole('treeitem', { name: /^Invoices/ }).waitFor();
  }
  await pictures(page, `folder-${name}`);

  // Another one arrives there, unread.
  const unread = async () => Number((await customers.locator('b').allTextContents()).join('') || 0);
  const before = await unread();
  const subject = `Arrived ${name}`;
  await control(simulator, 'deliver', { mailbox: email, subject, text: 'Hello', folder: 'Customers' });
  await page.getByRole('button', { name: 'Sync emails', exact: true }).click();
  await page.locator('.mail-row.is-unread', { hasText: subject }).waitFor();
  await until(async () => (await unread()) === before + 1, 'it was not counted');

  await page.setViewportSize({ width: 400, height: 800 });
  await row.waitFor();
  await page.getByRole('button', { name: 'Mailboxes', exact: true }).click();
  await customers.waitFor();
  const place = await customers.boundingBox();
  assert.ok(place.x >= 0 && place.x + place.width <= 400);
  await customers.scrollIntoViewIfNeeded();
  await picture(page, `folder-tree-narrow-${name}`);
  await customers.click();
  await row.waitFor();
  await picture(page, `folder-narrow-${name}`);
  await page.setViewportSize({ width: 1400, height: 900 });

  await row.click();
  await toolbar.getByRole('button', { name: 'Move to trash', exact: true }).click();
  await row.waitFor({ state: 'detached' });
  await becomes('Filed', (mail) => mail.box === 'trash', 'it was not moved to the trash');
  await page.reload();
  await page.locator('.mail-row', { hasText: subject }).waitFor();
  assert.equal(await row.count(), 0, 'what is in the bin is in no folder');
  await page.locator('.mail-tree').getByRole('region', { name: email }).locator('[data-box=in]').click();
}

/** Several emails go to spam and back, to the trash and back, and are deleted for good where the provider lets them. */
export async function moveSeveral({ page, type, subjects, rowOf, boxOf, becomes, answer }) {
  const bulk = page.getByRole('region', { name: 'Selected emails' });
  const press = (action) => bulk.getByRole('button', { name: action, exact: true }).click();
  const choose = async (box) => {
    await boxOf(box).click();
    for (const subject of subjects) await rowOf(subject).locator('.mail-check').click();
    await bulk.getByText('2 selected').waitFor();
  };
  const have = async (condition, what) => {
    for (const subject of subjects) {
      await rowOf(subject).waitFor({ state: 'detached' });
      await becomes(subject, condition, what);
    }
  };
  for (const [box, action, to] of [
    ['in', 'Report spam', 'spam'],
    ['spam', 'Put back', 'in'],
    ['in', 'Move to trash', 'trash'],
    ['trash', 'Put back', 'in'],
    ['in', 'Move to trash', 'trash'],
  ]) {
    await choose(box);
    await press(action);
    await have((mail) => mail.box === to, `“${action}” did not move it`);
  }
  await choose('trash');
  if (type === 'google') {
    assert.ok(await bulk.getByRole('button', { name: /Only the provider deletes/ }).isDisabled());
    await page.keyboard.press('Escape');
    await bulk.waitFor({ state: 'detached' });
    return;
  }
  await press('Delete for good');
  await answer('Delete for good?', 'Delete for good');
  await have((mail) => mail === undefined, 'it was not deleted there');
}
