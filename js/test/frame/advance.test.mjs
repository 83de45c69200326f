// What is open once the open email has left the list, and what brings it back.
import assert from 'node:assert/strict';
import test from 'node:test';
import { mailOf, openCentre, organised } from './centre.mjs';

/** The centre over these mails, and a server that takes out of its list what is moved and puts it back. */
async function openBox(context, mails, props) {
  const centre = await openCentre(context, mails, props);
  const { server } = centre;
  server.answer = ({ url, data }) => {
    if (url !== 'mail:messagesOrganise') return undefined;
    const moved = mails.filter(({ id }) => data.ids.includes(id)).map(({ id }) => id);
    if (data.putBack)
      server.rows = mails.filter(({ id }) => server.rows.some((row) => row.id === id) || moved.includes(id));
    else if (data.boxType) server.rows = server.rows.filter(({ id }) => !moved.includes(id));
    return [];
  };
  const { page, row } = centre;
  const act = (name) =>
    page.locator('.mail-reader').getByRole('toolbar').getByRole('button', { name, exact: true }).click();
  const gone = (id) => row(id).waitFor({ state: 'detached' });
  const isEmpty = () => page.getByText('Choose an email to read it').waitFor();
  const undo = () => page.getByRole('button', { name: 'Undo' }).click();
  return { ...centre, act, gone, isEmpty, undo };
}

test('the email that takes the row of the archived one opens, at the end the one before, and none in an empty list', async (context) => {
  const { row, isOpen, isMarked, press, act, gone, isEmpty } = await openBox(
    context,
    [3, 2, 1].map((id) => mailOf(id)),
  );
  await row(2).click();
  await isOpen(2);
  await act('Archive');
  await gone(2);
  await isOpen(1);
  await isMarked(1);
  await press('#');
  await gone(1);
  await isOpen(3);
  await isMarked(3);
  await act('Report spam');
  await gone(3);
  await isEmpty();
});

test('what is archived on the way by keys opens the one after it, also where that is the open one', async (context) => {
  const { row, isOpen, isMarked, press, gone, asked, until } = await openBox(
    context,
    [4, 3, 2, 1].map((id) => mailOf(id)),
  );
  await row(4).click();
  await isOpen(4);
  await press('j', 'e');
  await gone(3);
  await isOpen(2);
  await press('j', 'e');
  await gone(1);
  await isMarked(2);
  await isOpen(2);
  await press('s');
  await until(() => organised(asked).length > 2);
  assert.deepEqual(organised(asked)[2], { ids: [2], isStarred: true });
});

test('undo opens the email again, unless another one was opened meanwhile', async (context) => {
  const { page, row, isOpen, isMarked, press, gone, undo } = await openBox(
    context,
    [3, 2, 1].map((id) => mailOf(id)),
  );
  await row(2).click();
  await isOpen(2);
  await press('e');
  await gone(2);
  await isOpen(1);
  await undo();
  await isOpen(2);
  await row(2).waitFor();
  await press('e');
  await gone(2);
  await isOpen(1);
  await row(3).click();
  await isOpen(3);
  await undo();
  await row(2).waitFor();
  await isOpen(3);
  await isMarked(3);
  assert.equal(await page.getByRole('article', { name: 'Mail 2' }).count(), 0);
});

test('an answered email that is archived takes its row along, one of two in the box does not', async (context) => {
  const answered = mailOf(3, { relatedMessageIds: [9, 3], idsInBox: [3], relatedMessageCount: 2 });
  const two = mailOf(2, { relatedMessageIds: [2, 8], idsInBox: [2, 8], relatedMessageCount: 2 });
  const { row, isOpen, act, gone, asked, until } = await openBox(context, [answered, two]);
  await row(3).click();
  await isOpen(3);
  await act('Archive');
  await gone(3);
  await isOpen(2);
  await act('Star');
  await until(() => organised(asked).length > 1);
  await act('Archive');
  await until(() => organised(asked).length > 2);
  assert.deepEqual(organised(asked)[2], { ids: [2], boxType: 'archive' });
  await isOpen(2);
});

test('where the reader stands alone the list shows, and undo opens the email again with a way back', async (context) => {
  const { page, row, isOpen, act, gone, undo } = await openBox(context, [mailOf(2), mailOf(1)], {
    width: 400,
  });
  await row(2).click();
  await isOpen(2);
  await act('Move to trash');
  await gone(2);
  await row(1).waitFor();
  await undo();
  await isOpen(2);
  assert.deepEqual(await page.evaluate(() => window.stage.went), [
    [{ message: 2 }, false],
    [{ message: null }, true],
    [{ message: 2 }, false],
  ]);
});
