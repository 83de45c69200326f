// What no provider has among other mail: drafts written here, and what waits to be sent. What can't be done isn't.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openStage } from './stage.mjs';

const draft = { id: 1, accountId: 9, mailId: null, isDraft: true, boxType: 'draft', isRead: true };
const theirs = { ...draft, id: 2, mailId: 'm2' };
const waiting = { id: 3, accountId: 9, mailId: null, boxType: 'scheduled', isRead: true };
const ONLY_TRASH = 'A draft written here can be moved to the trash and nowhere else';
const WAITS = "Mail that waits to be sent can't be changed: cancel its sending first";

/** The Email centre over these rows; what is asked of the server is kept by its action. */
async function openView(context, rows, place, message) {
  const asked = [];
  const gone = [];
  const folders = [{ id: 'F', name: 'Customers', boxType: 'archive' }];
  const page = await openStage(context, ({ url, data }) => {
    if (data) asked.push([url, data]);
    if (url === 'mailMessages:destroy') gone.push(...data.filterByTk);
    if (url === 'mailMessages:listPerson') return rows.filter(({ id }) => !gone.includes(id));
    if (url === 'mailMessages:get') return rows.find(({ id }) => id === message);
    if (url === 'mail:moveTargets')
      return [{ accountId: 9, organises: true, deletesForGood: false, folders }];
    return [];
  });
  await page.evaluate(
    ([place, message]) => {
      window.went = [];
      window.stage.compose.editDraft = (id) => window.went.push({ draft: id });
      window.stage.show('MailView', {
        go: (change) => window.went.push(change),
        place: { ...window.stage.place, ...place, message: message ?? null },
      });
    },
    [place, message],
  );
  await page
    .getByRole('option')
    .nth(rows.length - 1)
    .waitFor();
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const button = (name) =>
    page.getByRole('toolbar', { name: 'What to do with it' }).getByRole('button', { name, exact: true });
  return { page, asked, press, button };
}

test('a draft written here is starred, thrown away and put back, and offered nothing else', async (context) => {
  const { page, asked, press } = await openView(context, [draft, theirs], { box: 'draft' });
  const archive = (id) => page.locator(`[data-message="${id}"] [data-action=archive]`);
  assert.deepEqual([await archive(1).count(), await archive(2).count()], [0, 1]);
  assert.equal(await page.locator('[data-message="1"] [data-action=trash]').count(), 1);
  await press('j', 'e');
  await page.getByText(ONLY_TRASH).waitFor();
  assert.deepEqual(asked, []);
  await press('s', '#');
  await page.getByRole('button', { name: 'Undo' }).click();
  while (asked.length < 3) await page.waitForTimeout(20);
  assert.deepEqual(asked, [
    ['mail:messagesOrganise', { ids: [1], isStarred: true }],
    ['mail:messagesOrganise', { ids: [1], boxType: 'trash' }],
    ['mail:messagesOrganise', { ids: [1], putBack: true }],
  ]);
});

test('of several what can be archived is, and it is said how many were left out and why', async (context) => {
  const { page, asked, press, button } = await openView(context, [draft, theirs], { box: 'draft' });
  await press('j', 'x');
  await button('Move to trash').waitFor();
  for (const name of ['Archive', 'Report spam', 'Move to'])
    assert.equal(await button(name).count(), 0, `${name} for the draft alone`);
  assert.equal(await button('Star').count(), 1);
  await press('j', 'x');
  await button('Archive').click();
  await page.getByText('1 left out').waitFor();
  assert.ok(await page.getByText(ONLY_TRASH).isVisible());
  assert.deepEqual(asked, [['mail:messagesOrganise', { ids: [2], boxType: 'archive' }]]);
});

test('no key and no button does anything to mail that waits to be sent, and no success is told', async (context) => {
  const { page, asked, press, button } = await openView(context, [waiting], { box: 'scheduled' });
  assert.equal(await page.locator('[data-message="3"] [data-action]').count(), 0);
  await press('j');
  for (const key of ['#', 'e', 's', 'u']) {
    await press(key);
    await page.getByText(WAITS).waitFor();
  }
  await press('x');
  await button('To-do').waitFor();
  for (const name of ['Archive', 'Report spam', 'Move to trash', 'Mark as unread', 'Star', 'Move to'])
    assert.equal(await button(name).count(), 0, name);
  await press('#');
  assert.equal(await page.getByText('Moved to trash').count(), 0);
  assert.equal(await page.getByRole('option').count(), 1);
  assert.deepEqual(asked, []);
});

test('mail that waits is left out of what is done to others', async (context) => {
  const mail = { ...theirs, isDraft: false, boxType: 'in' };
  const { page, asked, press } = await openView(context, [waiting, mail], { label: 4 });
  await press('j', 'x', 'j', 'x', '#');
  await page.getByText('1 left out').waitFor();
  assert.ok(await page.getByText(WAITS).isVisible());
  assert.deepEqual(asked, [['mail:messagesOrganise', { ids: [2], boxType: 'trash' }]]);
});

test('a draft in the trash is looked at, and deleted for good where the provider deletes nothing', async (context) => {
  const rows = [
    { ...draft, boxType: 'trash', originalBoxType: 'draft', subject: 'Thrown away' },
    { ...theirs, isDraft: false, boxType: 'trash' },
  ];
  const { page, asked, button } = await openView(context, rows, { box: 'trash' }, 1);
  await page.locator('[data-message="1"]').click();
  assert.deepEqual(await page.evaluate(() => window.went), [{ message: 1 }]);
  await page.getByRole('heading', { name: 'Thrown away' }).waitFor();
  assert.ok(await button('Put back').isVisible());
  const remove = async (name) => {
    await button('Delete for good').click();
    const question = page.getByRole('dialog', { name: 'Delete for good?' });
    await question.getByText('What you wrote is deleted').waitFor();
    await question.getByRole('button', { name }).click();
    await question.waitFor({ state: 'detached' });
  };
  await remove('Cancel');
  assert.deepEqual(asked, []);
  // What the provider keeps is not asked for.
  for (const id of [1, 2])
    await page.locator(`[data-message="${id}"] .mail-check`).dispatchEvent('click', { bubbles: true });
  await page.getByRole('region', { name: 'Selected emails' }).waitFor();
  const bulk = page.getByRole('region', { name: 'Selected emails' });
  await bulk.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText('1 left out').waitFor();
  await page
    .getByRole('dialog', { name: 'Delete for good?' })
    .getByRole('button', { name: 'Delete for good' })
    .click();
  await page.locator('[data-message="1"]').waitFor({ state: 'detached' });
  assert.deepEqual(asked, [['mailMessages:destroy', { filterByTk: [1] }]]);
});

const scheduled = {
  ...waiting,
  ...{ subject: 'Crane', scheduleSendAt: '2031-05-04T10:00:00Z', outboxKey: 'k', bodyText: 'Hello' },
};

async function openScheduled(context, mail, outbox, answers = {}) {
  const asked = [];
  const page = await openStage(context, ({ url, data }) => {
    if (data) asked.push([url, data]);
    if (url === 'mailMessages:get') return mail;
    return answers[url] ?? [];
  });
  await page.evaluate((outbox) => {
    window.went = [];
    Object.assign(window.stage.compose, { outbox, takeBack: (id) => window.went.push(id) });
    window.stage.show('Reader', { id: 3, onClose: () => window.went.push('closed') });
  }, outbox);
  await page.getByRole('heading', { name: 'Crane' }).waitFor();
  const notice = page.getByRole('region', { name: 'Scheduled' });
  return { page, asked, notice, went: () => page.evaluate(() => window.went) };
}

for (const [where, outbox, expected] of [
  ['which the outbox no longer lists', [], ['mailMessages:cancelTimelySend', { id: 3 }]],
  [
    'by its entry in the outbox',
    [{ ...scheduled, id: 8, key: 'k', state: 'queued', canCancel: true }],
    ['mailOutbox:cancel', { id: 8, edit: true }],
  ],
])
  test(`an open scheduled mail says when it goes out and becomes a draft again, ${where}`, async (context) => {
    const answers = { [expected[0]]: { id: 12 } };
    const { asked, notice, went, page } = await openScheduled(context, scheduled, outbox, answers);
    assert.match(await notice.innerText(), /Will be sent on .*2031/);
    await notice.getByRole('button', { name: 'Cancel and edit' }).click();
    while ((await went()).length < 2) await page.waitForTimeout(20);
    assert.deepEqual(await went(), ['closed', 12]);
    assert.deepEqual(asked, [expected]);
  });

test('an open scheduled mail that failed says why, and offers what the outbox does', async (context) => {
  const failed = { ...scheduled, id: 8, key: 'k', state: 'failed', reason: 'the mailbox is full' };
  const { asked, notice } = await openScheduled(context, scheduled, [failed], { 'mailOutbox:resolve': {} });
  assert.match(await notice.getByRole('alert').innerText(), /The mailbox is full/);
  assert.doesNotMatch(await notice.innerText(), /Will be sent/);
  await notice.getByRole('button', { name: 'Send again' }).click();
  while (asked.length === 0) await notice.page().waitForTimeout(20);
  assert.deepEqual(asked, [['mailOutbox:resolve', { id: 8, outcome: 'sendAgain' }]]);
});

test('somebody else’s scheduled mail says when it goes out and no more, and others have no such notice', async (context) => {
  const { notice } = await openScheduled(context, { ...scheduled, readOnly: true }, []);
  assert.match(await notice.innerText(), /Will be sent on .*2031/);
  assert.equal(await notice.getByRole('button').count(), 0);
  const sent = await openScheduled(context, { ...scheduled, mailId: 'm', boxType: 'out' }, []);
  assert.equal(await sent.notice.count(), 0);
});
