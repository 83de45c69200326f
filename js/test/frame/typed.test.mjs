// What somebody has typed beside the mails themselves is not lost by one click.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openStage, refusal } from './stage.mjs';

const mail = {
  accountId: 9,
  mailId: 'm',
  email: 'a@b.example',
  isRead: true,
  boxType: 'in',
  bodyText: 'Hello',
};

/** Two emails to read, and a server that takes notes. */
async function openMails(context, addNote) {
  const page = await openStage(context, ({ url, params, data }) => {
    if (url === 'mailMessages:get')
      return { ...mail, id: params.filterByTk, subject: `Mail ${params.filterByTk}` };
    if (url === 'mailMessageNotes:create') return addNote(data);
    return [];
  });
  const read = async (id) => {
    await page.evaluate((id) => window.stage.show('Reader', { id, key: id }), id);
    await page.getByRole('heading', { name: `Mail ${id}` }).waitFor();
  };
  return { page, read, note: page.getByRole('textbox', { name: 'Note' }) };
}

test('a note that is being written is there again when its email is opened again, and only there', async (context) => {
  const { page, read, note } = await openMails(context);
  await read(1);
  await page.getByRole('button', { name: 'Add a note' }).click();
  await note.fill('Call her back');
  await read(2);
  assert.equal(await note.count(), 0);
  await read(1);
  assert.equal(await note.inputValue(), 'Call her back');
  assert.equal(await note.evaluate((field) => field === document.activeElement), false);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await read(2);
  await read(1);
  assert.equal(await note.count(), 0);
});

test('Ctrl+Enter saves a note once; one that could not be saved is kept', async (context) => {
  const added = [];
  const { page, read, note } = await openMails(context, (data) => {
    added.push(data);
    if (added.length === 1) throw refusal(502, 'the database is away');
    return { id: 4, note: data.note, createdAt: '2026-01-01T00:00:00Z' };
  });
  await read(1);
  await page.getByRole('button', { name: 'Add a note' }).click();
  await note.fill('Call her back');
  await note.press('Control+Enter');
  await page.getByText('The database is away').waitFor();
  await read(2);
  await read(1);
  assert.equal(await note.inputValue(), 'Call her back');
  await note.press('Control+Enter');
  await page.getByRole('button', { name: 'Delete the note' }).waitFor();
  await page.getByRole('button', { name: 'Add a note' }).waitFor();
  await read(2);
  await read(1);
  assert.equal(await note.count(), 0);
  assert.equal(added.length, 2);
});

/** A composer whose manager of templates or of signatures is open at a new one. */
async function openNewForm(context, menu, manage, another) {
  const page = await openStage(context, () => []);
  await page.evaluate(() => window.stage.show('WritingRoom'));
  await page.waitForFunction(() => window.stage.compose.ready && window.stage.compose.write);
  await page.evaluate(() => window.stage.compose.write(null));
  await page.getByRole('button', { name: menu, exact: true }).click();
  await page.getByRole('menuitem', { name: manage }).click();
  const begin = async () => {
    await page.getByRole('button', { name: another }).click();
    const form = page.getByRole('dialog', { name: another });
    await form.getByLabel('Name').waitFor();
    return form;
  };
  return { page, begin };
}

const LEAVING = {
  Escape: (page) => page.keyboard.press('Escape'),
  'a click beside it': (page) => page.mouse.click(5, 300),
  Cancel: (page, form) => form.getByRole('button', { name: 'Cancel' }).click(),
};

for (const [menu, manage, another] of [
  ['Templates', 'Manage templates…', 'New template'],
  ['Signature', 'Manage signatures…', 'New signature'],
])
  test(`${another}: what was written is not left without a question`, async (context) => {
    const { page, begin } = await openNewForm(context, menu, manage, another);
    const question = page.getByRole('dialog', { name: 'Discard what you wrote?' });
    let form = await begin();
    await form.getByRole('button', { name: 'Cancel' }).click();
    await form.waitFor({ state: 'hidden' });
    form = await begin();
    const text = form.getByRole('textbox', { name: 'Text' });
    await text.fill('Dear customer');
    for (const [name, leave] of Object.entries(LEAVING)) {
      await leave(page, form);
      await question.waitFor();
      await question.getByRole('button', { name: 'Go on writing' }).click();
      // What fades out still takes the clicks beside it.
      await page.locator('.ant-modal-confirm').waitFor({ state: 'detached' });
      assert.equal(await text.innerText(), 'Dear customer', name);
    }
    await page.keyboard.press('Escape');
    await question.getByRole('button', { name: 'Discard' }).click();
    await form.waitFor({ state: 'hidden' });
    assert.equal(await page.locator('.mail-composer.is-docked').count(), 1);
  });
