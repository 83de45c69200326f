// Where the keyboard is in a list that changes.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { followed, markedId, stepped } = await load('centre/cursor.ts');
const { MessagePages } = await load('centre/messagePages.ts');

async function pagesOf(...rows) {
  const list = rows.map((row) => (typeof row === 'number' ? { id: row } : row));
  const pages = new MessagePages(
    () => Promise.resolve({ rows: list, count: list.length }),
    () => undefined,
  );
  pages.show(0, 10);
  await new Promise(setImmediate);
  return pages;
}

test('the cursor goes with its email', async () => {
  const cursor = { id: 2, index: 1 };
  const same = await pagesOf(3, 2, 1);
  assert.equal(followed(cursor, same), cursor);
  assert.equal(markedId(cursor, same), 2);
  assert.equal(stepped(cursor, 1, same), 2);
  const more = await pagesOf(4, 3, 2, 1);
  assert.deepEqual(followed(cursor, more), { id: 2, index: 2 });
});

test('an answer moves it with the conversation', async () => {
  const pages = await pagesOf({ id: 9, relatedMessageIds: [9, 2] }, 3);
  assert.deepEqual(followed({ id: 2, index: 1 }, pages), { id: 9, index: 0 });
});

test('where its email left the list it marks nothing, and the next one down is what moved up', async () => {
  const cursor = { id: 2, index: 1 };
  const pages = await pagesOf(3, 1);
  assert.equal(followed(cursor, pages), cursor);
  assert.equal(markedId(cursor, pages), undefined);
  assert.equal(stepped(cursor, 1, pages), 1);
  assert.equal(stepped(cursor, 5, pages), 5);
  assert.equal(stepped(cursor, -1, pages), 0);
});

test('at a place whose row has not come yet it waits for it', async () => {
  const cursor = { id: undefined, index: 1 };
  const empty = await pagesOf();
  assert.equal(followed(cursor, empty), cursor);
  assert.equal(markedId(cursor, empty), undefined);
  assert.equal(stepped(cursor, 1, empty), 2);
  assert.deepEqual(followed(cursor, await pagesOf(3, 2)), { id: 2, index: 1 });
});
