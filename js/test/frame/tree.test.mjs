// The tree of mailboxes: folders in one another, and what leads across all of them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openStage } from './stage.mjs';

const folder = (id, name, parentId, unread) => ({ id, name, parentId, unread });
const boxes = [
  { boxType: 'in', total: 9, unread: 3 },
  { boxType: 'archive', total: 4, unread: 2 },
  { boxType: 'trash', total: 4, unread: 4 },
];
const trees = [
  {
    accountId: 1,
    email: 'ann@shop.example',
    type: 'microsoft',
    boxes,
    folders: [
      folder('c', 'Customers', null, 1),
      folder('a', 'ACME', 'c', 2),
      folder('p', 'Projects', null, 0),
    ],
    labels: [{ id: 5, unread: 2 }],
    starred: 3,
    todo: 0,
  },
  {
    ...{ accountId: 2, email: 'bo@shop.example', type: 'google', boxes: [], folders: [] },
    ...{ labels: [{ id: 5, unread: 1 }], starred: 4, todo: 1 },
  },
];
const accounts = trees.map(({ accountId: id, email, type }) => ({ id, email, type, status: 'ready' }));

const labels = [
  { id: 5, label: 'Urgent', color: '#ff0000', description: null },
  { id: 6, label: 'Later', color: '#00ff00', description: 'When there is time' },
];

/** A page that goes where it is told, and what its lists were asked for. */
async function openTree(context) {
  const filters = [];
  const page = await openStage(context, ({ url, params }) => {
    if (url === 'mail:folders') return trees;
    if (url === 'mailMessageLabels:list') return labels;
    if (url === 'mailMessages:listPerson') filters.push(JSON.parse(params.filter));
    return [];
  });
  const show = (change = {}) =>
    page.evaluate(
      ([accounts, change]) => {
        const { stage } = window;
        const go = (change) => {
          stage.place = { ...stage.place, ...change };
          stage.show('MailView', { accounts, go, place: stage.place });
        };
        go(change);
      },
      [accounts, change],
    );
  const asked = async (filter) => {
    const has = () => filters.some((each) => JSON.stringify(each) === JSON.stringify(filter));
    for (let tries = 0; tries < 100 && !has(); tries += 1) await page.waitForTimeout(20);
    assert.ok(has(), `not asked for ${JSON.stringify(filter)}, but ${JSON.stringify(filters)}`);
  };
  return { page, show, asked };
}

const KEPT = { boxType: { $notIn: ['trash', 'spam'] } };

test('folders stand in one another, are walked through by keys, and are open as they were left', async (context) => {
  const { page, show, asked } = await openTree(context);
  const tree = page.getByRole('tree', { name: 'Folders of ann@shop.example' });
  const item = (name) => tree.getByRole('treeitem', { name });
  const lines = () => tree.getByRole('treeitem').evaluateAll((all) => all.map((each) => each.textContent));
  const isFocused = (name) => item(name).and(page.locator(':focus')).waitFor();
  await show({ mailbox: 'ann@shop.example' });
  await tree.waitFor();
  assert.deepEqual(await lines(), ['Customers3', 'Projects'], 'a closed folder counts what is in it');
  assert.equal(await item('Customers').getAttribute('aria-expanded'), 'false');
  assert.equal(await item('Projects').getAttribute('aria-expanded'), null);

  await item('Customers').focus();
  const { keyboard } = page;
  await keyboard.press('ArrowRight');
  assert.deepEqual(await lines(), ['Customers1', 'ACME2', 'Projects']);
  const attributes = ['aria-level', 'aria-posinset', 'aria-setsize', 'tabindex'];
  const of = (name) =>
    item(name).evaluate((each, names) => names.map((name) => each.getAttribute(name)), attributes);
  assert.deepEqual(await of('Customers'), ['1', '1', '2', '0']);
  assert.deepEqual(await of('ACME'), ['2', '1', '1', '-1']);
  await keyboard.press('ArrowDown');
  await isFocused('ACME');
  assert.deepEqual(await of('ACME'), ['2', '1', '1', '0'], 'Tab comes back to where one was');
  await keyboard.press('Enter');
  await asked({ folderIds: { $anyOf: ['a'] }, ...KEPT, email: 'ann@shop.example' });
  await page.getByRole('heading', { name: 'Customers / ACME' }).waitFor();
  assert.equal(await item('ACME').getAttribute('aria-selected'), 'true');
  const inbox = page.getByRole('region', { name: 'ann@shop.example' }).locator('[data-box=in]');
  assert.equal(await inbox.getAttribute('aria-current'), null);
  await keyboard.press('End');
  await isFocused('Projects');
  await keyboard.press(' ');
  await asked({ folderIds: { $anyOf: ['p'] }, ...KEPT, email: 'ann@shop.example' });

  // As another visit does: the page is drawn from what was kept.
  const leave = async () => {
    await page.evaluate(() => window.stage.show('Toolbar'));
    await tree.waitFor({ state: 'detached' });
  };
  await leave();
  await show();
  await item('ACME').waitFor();
  await item('ACME').focus();
  await keyboard.press('ArrowLeft');
  await isFocused('Customers');
  await keyboard.press('ArrowLeft');
  assert.deepEqual(await lines(), ['Customers3', 'Projects']);
  await leave();
  await show();
  await item('Customers').waitFor();
  assert.equal(await item('ACME').count(), 0);
  // What is chosen is seen, wherever it is.
  await leave();
  await show({ folder: 'a' });
  await item('ACME').waitFor();
  await item('Customers').locator('.mail-folder-toggle').click();
  assert.equal(await item('ACME').count(), 0);
  await page.getByRole('heading', { name: 'Customers / ACME' }).waitFor();
  const all = page.getByRole('button', { name: 'Folders' });
  await all.click();
  await tree.waitFor({ state: 'detached' });
  assert.equal(await all.getAttribute('aria-expanded'), 'false');
});

test('a mailbox without folders has nothing of them', async (context) => {
  const { page, show } = await openTree(context);
  await show({ mailbox: 'bo@shop.example' });
  await page.getByRole('region', { name: 'bo@shop.example' }).locator('[data-box=in]').waitFor();
  assert.equal(await page.getByRole('tree').count(), 0);
  assert.equal(await page.getByRole('button', { name: 'Folders' }).count(), 0);
});

test('what is unread, starred and to do is counted and listed across all mailboxes', async (context) => {
  const { page, show, asked } = await openTree(context);
  await show();
  const place = (name) =>
    page.getByRole('region', { name: 'Status' }).getByRole('button', { name, exact: true });
  await place('Unread').getByText('5').waitFor();
  await place('Starred').getByText('7').waitFor();
  await place('To-do').getByText('1').waitFor();
  const choice = page.locator('.mail-list-choice');
  assert.equal(await choice.count(), 1);
  await place('Unread').click();
  await asked({ isRead: false, ...KEPT });
  await page.getByRole('heading', { name: 'Unread' }).waitFor();
  await page.getByText('Everything here has been read').waitFor();
  assert.equal(await choice.count(), 0, 'all of them are unread');
  assert.equal(await place('Unread').getAttribute('aria-current'), 'true');
  await place('Starred').click();
  await asked({ isStarred: true, ...KEPT });
  await page.getByRole('heading', { name: 'Starred' }).waitFor();
  await choice.getByText('Unread').click();
  await asked({ isStarred: true, ...KEPT, isRead: false });
  await place('To-do').click();
  await asked({ isTodo: true, isRead: false });
  assert.equal(await place('Starred').getAttribute('aria-current'), null);
});

test('a label has the number of its unread mails in all mailboxes, seen and heard', async (context) => {
  const { page, show } = await openTree(context);
  await show();
  const label = (name) =>
    page.getByRole('region', { name: 'Labels' }).getByRole('button', { name, exact: true });
  await label('Urgent').getByText('3', { exact: true }).waitFor();
  assert.equal(await label('Urgent').getAttribute('title'), 'Urgent · Unread: 3');
  assert.equal(await label('Urgent').locator('b').count(), 1, 'it looks as that of a folder does');
  assert.equal(await label('Later').locator('b').count(), 0);
  assert.equal(await label('Later').getAttribute('title'), 'When there is time · Unread: 0');
});
