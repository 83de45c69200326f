// Going through the list by keys while an email is open.
import assert from 'node:assert/strict';
import test from 'node:test';
import { mailOf, openCentre, organised } from './centre.mjs';

const opened = (asked) => asked.filter((each) => typeof each === 'number');

test('keys mean the email that is marked, also before it has been opened in place of the one before', async (context) => {
  const { page, asked, row, isOpen, isMarked, press, until } = await openCentre(context, [
    mailOf(3),
    mailOf(2),
    mailOf(1),
  ]);
  await row(3).click();
  await isOpen(3);
  await press('j', 's', 'r');
  await isMarked(2);
  await until(() => organised(asked).length > 0);
  assert.deepEqual(organised(asked), [{ ids: [2], isStarred: true }]);
  assert.deepEqual(await page.evaluate(() => window.stage.answered), [[2, 'reply']]);
  await isOpen(2);
  await isMarked(2);
  await press('k');
  await isOpen(3);
  await press('s');
  await until(() => organised(asked).length > 1);
  assert.deepEqual(organised(asked)[1], { ids: [3], isStarred: true });
});

test('a key that is held opens where it ends, and what it opens is read like anything that is opened', async (context) => {
  const rows = [9, 8, 7, 6, 5, 4].map((id) => mailOf(id, { isRead: false }));
  const { page, asked, row, isOpen, press, until } = await openCentre(context, rows);
  await row(9).click();
  await isOpen(9);
  await press('j', 'j', 'j', 'j');
  await isOpen(5);
  assert.deepEqual([...new Set(opened(asked))], [9, 5]);
  await until(() => asked.some((each) => Array.isArray(each) && JSON.stringify(each[1]).includes('"m5"')));
  assert.ok(!JSON.stringify(asked).includes('"m7"'));
  // The way through the list is none through the history.
  assert.deepEqual(await page.evaluate(() => window.stage.went), [
    [{ message: 9 }, true],
    [{ message: 5 }, true],
  ]);
});

test('with nothing open the keys only mark, and back where they began nothing is opened again', async (context) => {
  const { page, asked, row, isOpen, isMarked, press } = await openCentre(context, [mailOf(2), mailOf(1)]);
  await press('j', 'j');
  await isMarked(1);
  await page.waitForTimeout(400);
  assert.deepEqual(opened(asked), []);
  await row(1).click();
  await isOpen(1);
  await press('k', 'j');
  await page.waitForTimeout(400);
  assert.deepEqual([...new Set(opened(asked))], [1]);
});

test('what is opened otherwise takes the mark along, and keys mean it', async (context) => {
  const rows = [mailOf(3), mailOf(2), mailOf(1)];
  const { page, asked, row, isOpen, isMarked, press, until } = await openCentre(context, rows);
  await row(3).click();
  await isOpen(3);
  await press('j');
  await isOpen(2);
  await page.evaluate(() => window.stage.go({ message: 1 }));
  await isOpen(1);
  await isMarked(1);
  await press('s');
  await until(() => organised(asked).length > 0);
  assert.deepEqual(organised(asked), [{ ids: [1], isStarred: true }]);
  await press('k');
  await isOpen(2);
});

test('a draft on the way is marked and not gone on with', async (context) => {
  const draft = mailOf(2, { mailId: null, isDraft: true, boxType: 'draft' });
  const { page, row, isOpen, isMarked, press } = await openCentre(context, [mailOf(3), draft, mailOf(1)]);
  await row(3).click();
  await isOpen(3);
  await press('j');
  await isMarked(2);
  await page.waitForTimeout(400);
  await isOpen(3);
  assert.deepEqual(await page.evaluate(() => window.stage.answered), []);
  await press('j');
  await isOpen(1);
});

test('where the reader stands alone the keys lead to the next email and the one before', async (context) => {
  const { page, asked, row, isOpen, press, until } = await openCentre(
    context,
    [mailOf(3), mailOf(2), mailOf(1)],
    {
      width: 400,
    },
  );
  await row(3).click();
  await isOpen(3);
  assert.equal(await page.locator('.mail-list').count(), 0);
  await press('j');
  await isOpen(2);
  await press('j', 'e');
  await until(() => organised(asked).length > 0);
  assert.deepEqual(organised(asked), [{ ids: [1], boxType: 'archive' }]);
});

test('a key means the email that was chosen, also before it is open', async (context) => {
  const { page, asked, row, isOpen, press, until } = await openCentre(
    context,
    [3, 2, 1].map((id) => mailOf(id)),
  );
  await row(3).click();
  await isOpen(3);
  await page.evaluate(() => {
    const { stage } = window;
    const { go, place } = stage;
    stage.late = [];
    stage.show('MailView', { go: (...change) => stage.late.push(() => go(...change)), place });
  });
  await row(1).click();
  await press('s');
  await until(() => organised(asked).length > 0);
  assert.deepEqual(organised(asked), [{ ids: [1], isStarred: true }]);
  await page.evaluate(() => window.stage.late.forEach((each) => each()));
  await isOpen(1);
});
