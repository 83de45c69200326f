// Rows say where they are where their list does not, and a list says what keeps mail from its mailboxes.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openStage, refusal } from './stage.mjs';

const mailboxes = ['ann@shop.example', 'bo@shop.example'];
const trees = mailboxes.map((email, place) => ({
  ...{
    accountId: place + 1,
    email,
    type: ['google', 'microsoft'][place],
    boxes: [],
    folders: [],
    labels: [],
  },
  ...{ starred: 0, todo: 0 },
}));
const rows = mailboxes.map((email, place) => ({
  ...{ id: place + 1, accountId: place + 1, email, mailId: `m${place}`, boxType: ['in', 'out'][place] },
  subject: `Mail ${place}`,
}));
const account = (place, status) => ({
  ...{ id: place + 1, email: mailboxes[place], type: ['google', 'microsoft'][place], status },
});

async function openList(context, { shown = {}, states = ['ready', 'ready'], search = () => rows } = {}) {
  const page = await openStage(context, ({ url, data }) => {
    if (url === 'mail:folders') return trees;
    if (url === 'mail:search') return search(data);
    if (url === 'mail:oauth2url') throw refusal(500, 'not today');
    return url === 'mailMessages:listPerson' ? rows : [];
  });
  await page.evaluate(
    ([place, accounts]) => {
      window.stage.went = [];
      window.stage.show('MailView', {
        accounts,
        place: { ...window.stage.place, ...place },
        go: (change) => window.stage.went.push(change),
      });
    },
    [shown, states.map((status, place) => account(place, status))],
  );
  await page.getByRole('option').nth(1).waitFor();
  return page;
}

const places = (page) => page.locator('.mail-row-place').allTextContents();

test('rows of all mailboxes name theirs, those of one mailbox do not, and those of a mark name their box', async (context) => {
  const all = await openList(context);
  await all.locator('.mail-row-place').nth(1).waitFor();
  assert.deepEqual(await places(all), mailboxes);
  const one = await openList(context, { shown: { mailbox: mailboxes[0] } });
  assert.deepEqual(await places(one), []);
  const starred = await openList(context, { shown: { mailbox: mailboxes[0], status: 'starred' } });
  assert.deepEqual(await places(starred), ['Inbox', 'Sent']);
});

test('what a search finds names its box and mailbox, and nothing of the tree is marked meanwhile', async (context) => {
  const page = await openList(context);
  await page.locator('.mail-box.is-selected').waitFor();
  const box = page.getByRole('textbox', { name: 'Search emails' });
  await box.fill('crane');
  await page.getByText('Press Enter').waitFor();
  await box.press('Enter');
  await page.getByText('Inbox · ann@shop.example').waitFor();
  assert.deepEqual(await places(page), ['Inbox · ann@shop.example', 'Sent · bo@shop.example']);
  assert.equal(await page.locator('.mail-box.is-selected').count(), 0);
  assert.equal(await page.getByText('Press Enter').count(), 0);
});

test('a search that can’t be is named, without an offer to try it again', async (context) => {
  const search = () => {
    throw refusal(400, 'after: takes a date such as 2026-01-31');
  };
  const page = await openList(context, { search });
  const box = page.getByRole('textbox', { name: 'Search emails' });
  await box.fill('after:2026-13-45');
  await box.press('Enter');
  await page.getByText('after: takes a date such as 2026-01-31').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 0);
});

test('a mailbox that no mail reaches is marked in the tree and told above its lists, with the way out', async (context) => {
  const page = await openList(context, { states: ['needs_reauthorization', 'failing'] });
  const tree = page.getByRole('navigation', { name: 'Mailboxes' });
  await tree.getByLabel('An account needs your attention').nth(1).waitFor();
  const told = page.locator('[data-troubled]');
  assert.equal(await told.count(), 2);
  await told.nth(0).getByRole('button', { name: 'Authorize again' }).click();
  await page.getByText('not today').waitFor();
  await told.nth(1).getByRole('button', { name: 'Details' }).click();
  assert.deepEqual(await page.evaluate(() => window.stage.went.at(-1)), { view: 'accounts', message: null });

  const other = await openList(context, {
    states: ['needs_reauthorization', 'ready'],
    shown: { mailbox: mailboxes[1] },
  });
  assert.equal(await other.locator('[data-troubled]').count(), 0);
});
