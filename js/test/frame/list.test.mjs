// The list of mails under the keyboard, while others come and go.
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { mailOf, openCentre } from './centre.mjs';
import { openStage } from './stage.mjs';

test('a key acts on the mail that is marked, wherever new mail has moved it', async (context) => {
  let ids = [3, 2, 1];
  const organised = [];
  const page = await openStage(context, ({ url, data }) => {
    if (url === 'mail:messagesOrganise') organised.push(data.ids);
    if (url !== 'mailMessages:listPerson') return [];
    return ids.map((id) => ({ id, accountId: 9, mailId: `m${id}`, boxType: 'in', subject: `Mail ${id}` }));
  });
  const { keyboard } = page;
  const marked = page.locator('.mail-row.is-active');
  const isMarked = (id) => page.locator(`.mail-row.is-active[data-message="${id}"]`).waitFor();
  const receive = async (now) => {
    ids = now;
    await page.evaluate(() => window.stage.emit('mail:messages'));
  };
  await page.evaluate(() => window.stage.show('MailView'));
  await page.getByRole('option').nth(2).waitFor();
  await keyboard.press('j');
  await keyboard.press('j');
  await isMarked(2);

  await receive([4, 3, 2, 1]);
  await page.getByRole('option').nth(3).waitFor();
  await isMarked(2);
  assert.equal(await marked.count(), 1);
  assert.equal(await page.getByRole('listbox').getAttribute('aria-activedescendant'), 'mail-row-2');
  ids = [4, 3, 1];
  await keyboard.press('e');
  await page.locator('[data-message="2"]').waitFor({ state: 'detached' });
  assert.deepEqual(organised, [[2]]);

  // Nothing is marked now, so a key means nothing; the next one down is what moved up.
  assert.equal(await marked.count(), 0);
  await keyboard.press('e');
  await keyboard.press('j');
  await isMarked(1);
  await keyboard.press('e');
  await page.locator('[data-message="1"]').waitFor({ state: 'detached' });
  assert.deepEqual(organised, [[2], [1]]);
});

test('r, a and f answer the open mail of a conversation, c writes, and letters in a field are letters', async (context) => {
  const newest = {
    id: 3,
    accountId: 9,
    mailId: 'm3',
    boxType: 'in',
    subject: 'Crane',
    relatedMessageIds: [1, 3],
  };
  const earlier = { ...newest, id: 1, mailId: 'm1' };
  const opened = [];
  const page = await openStage(context, ({ url, params }) => {
    if (url === 'mailMessages:listPerson') return [newest];
    if (url !== 'mailMessages:get') return [];
    opened.push(params.filterByTk);
    return params.filterByTk === 1 ? { ...earlier, children: [newest] } : { ...newest, children: [earlier] };
  });
  const show = (message) =>
    page.evaluate((message) => {
      window.answered = [];
      window.stage.compose.answer = ({ id }, mode) => window.answered.push([id, mode]);
      window.stage.compose.write = () => window.answered.push(['write']);
      window.stage.show('MailView', { place: { ...window.stage.place, message } });
    }, message);
  const answered = () => page.evaluate(() => window.answered);
  const press = async (keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await show(1);
  await page.getByRole('heading', { name: 'Crane' }).waitFor();
  await press('rafc');
  assert.deepEqual(await answered(), [[1, 'reply'], [1, 'replyAll'], [1, 'forward'], ['write']]);
  await show(3);
  while (!opened.includes(3)) await page.waitForTimeout(20);
  await press('a');
  assert.deepEqual(await answered(), [[3, 'replyAll']]);
  const search = page
    .getByRole('combobox')
    .or(page.getByRole('searchbox'))
    .or(page.getByRole('textbox'))
    .first();
  await search.focus();
  await press('rafc');
  assert.equal(await search.inputValue(), 'rafc');
  assert.deepEqual(await answered(), [[3, 'replyAll']]);
});

test('a click with Shift selects all from the one before on, and the text on the page stays unselected', async (context) => {
  const ids = [6, 5, 4, 3, 2, 1];
  const page = await openStage(context, ({ url }) =>
    url === 'mailMessages:listPerson'
      ? ids.map((id) => ({ id, accountId: 9, mailId: `m${id}`, boxType: 'in', subject: `Mail ${id}` }))
      : [],
  );
  await page.addStyleTag({ content: '.mail-check { display: inline-block; width: 16px; height: 16px; }' });
  await page.evaluate(() => window.stage.show('MailView'));
  const check = (id) => page.locator(`[data-message="${id}"] .mail-check`);
  const checked = () =>
    page
      .locator('.mail-row[aria-checked=true]')
      .evaluateAll((rows) => rows.map((row) => row.dataset.message));
  await check(5).click();
  await check(2).click({ modifiers: ['Shift'] });
  assert.deepEqual(await checked(), ['5', '4', '3', '2']);
  assert.equal(await page.evaluate(() => String(getSelection())), '');
  await check(4).click();
  await check(6).click({ modifiers: ['Shift'] });
  assert.deepEqual(await checked(), ['6', '5', '4', '3', '2']);
});

test('keys act on the open mail that a filter leaves out of the list', async (context) => {
  const mail = { id: 7, accountId: 9, mailId: 'm7', boxType: 'in', subject: 'Crane', isRead: true };
  const organised = [];
  const page = await openStage(context, ({ url, data }) => {
    if (url === 'mail:messagesOrganise') organised.push(data);
    return url === 'mailMessages:get' ? mail : [];
  });
  await page.evaluate(() => {
    window.stage.compose.answer = ({ id }, mode) => (window.answered = [id, mode]);
    window.stage.show('MailView', { place: { ...window.stage.place, message: 7 } });
  });
  await page.getByRole('heading', { name: 'Crane' }).waitFor();
  await page.keyboard.press('r');
  assert.deepEqual(await page.evaluate(() => window.answered), [7, 'reply']);
  await page.keyboard.press('e');
  while (organised.length === 0) await page.waitForTimeout(20);
  assert.deepEqual(
    organised.map(({ ids, boxType }) => [ids, boxType]),
    [[[7], 'archive']],
  );
});

test('the panes are as wide as they were drawn, by the pointer or by keys, and stay so', async (context) => {
  const page = await openStage(context, () => []);
  await page.addStyleTag({ path: path.join(import.meta.dirname, '../../client/centre/centre.css') });
  await page.addStyleTag({ content: '.mail-panes { height: 600px; } * { box-sizing: border-box; }' });
  const show = () => page.evaluate(() => window.stage.show('MailView'));
  const line = (name) => page.getByRole('separator', { name });
  const width = (pane) => page.locator(pane).evaluate((element) => element.getBoundingClientRect().width);
  const values = async () => [await width('.mail-tree'), await width('.mail-list-pane')];
  await show();
  await line('Width of the list').waitFor();
  assert.deepEqual(await values(), [248, 380]);

  const { x, y, width: thickness, height } = await line('Width of the list').boundingBox();
  const [from, middle] = [x + thickness / 2, y + height / 2];
  await page.mouse.move(from, middle);
  await page.mouse.down();
  await page.mouse.move(from + 60, middle, { steps: 3 });
  await page.mouse.up();
  await page.mouse.move(from, middle);
  assert.deepEqual(await values(), [248, 440]);

  await line('Width of the mailboxes').focus();
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key);
  assert.deepEqual(await values(), [264, 440]);
  await page.keyboard.press('Home');
  assert.deepEqual(await values(), [160, 440]);
  assert.equal(await line('Width of the mailboxes').getAttribute('aria-valuenow'), '160');
  // As another visit does: the page is drawn from what was kept.
  await page.evaluate(() => window.stage.show('Toolbar'));
  await line('Width of the list').waitFor({ state: 'detached' });
  await show();
  await line('Width of the list').waitFor();
  assert.deepEqual(await values(), [160, 440]);
  await line('Width of the list').dblclick();
  assert.deepEqual(await values(), [160, 380]);
});

for (const [place, unread] of [
  [{ box: 'out' }, ['2']],
  [{ box: 'draft' }, ['2']],
  [{ box: 'in' }, ['1', '2']],
  [{ status: 'starred' }, ['1', '2']],
])
  test(`in ${JSON.stringify(place)} unread is what ${unread.length === 1 ? 'has not been read there' : 'has an unread mail in its conversation'}`, async (context) => {
    const rows = [
      mailOf(1, { relatedMessageIds: [1, 9], relatedMessageCount: 2, relatedMessagesIsRead: false }),
      mailOf(2, { isRead: false, relatedMessagesIsRead: false }),
      mailOf(3, { relatedMessagesIsRead: true }),
    ];
    const boxType = place.box ?? 'out';
    const { page, row } = await openCentre(
      context,
      rows.map((each) => ({ ...each, boxType })),
    );
    await page.evaluate((place) => window.stage.go(place), place);
    await row(1).waitFor();
    const bold = page.locator('.mail-row.is-unread');
    assert.deepEqual(await bold.evaluateAll((all) => all.map((each) => each.dataset.message)), unread);
  });
