// A list of which only the pages in view are loaded.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { MessagePages, PAGE_SIZE } = await load('centre/messagePages.ts');
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A box of mails with the ids from `first` on, newest first. */
function box(count, first = 0) {
  const requests = [];
  const state = { count, first, failing: false };
  const answer = async (page) => {
    requests.push(page);
    if (state.failing) throw new Error('no answer');
    const from = (page - 1) * PAGE_SIZE;
    const length = Math.max(0, Math.min(PAGE_SIZE, state.count - from));
    return {
      rows: Array.from({ length }, (_, index) => ({ id: state.first + from + index })),
      count: state.count,
    };
  };
  return { requests, state, answer };
}

test('only the pages in view are asked for', async () => {
  const { requests, answer } = box(10_000);
  const pages = new MessagePages(answer, () => {});
  pages.show(0, 20);
  await turn();
  assert.equal(pages.count, 10_000);
  pages.show(4_950, 5_010);
  await turn();
  assert.deepEqual(requests, [1, 50, 51]);
  assert.equal(pages.row(5_000).id, 5_000);
  assert.equal(pages.row(300), undefined);
  assert.equal(pages.indexOf(5_005), 5_005);
});

test('a page is asked for once, and nothing beyond the end', async () => {
  const { requests, answer } = box(30);
  const pages = new MessagePages(answer, () => {});
  pages.show(0, 20);
  pages.show(0, 20);
  await turn();
  pages.show(0, 500);
  await turn();
  assert.deepEqual(requests, [1]);
});

test('a refresh shows the old rows until the new ones are there and forgets what is out of view', async () => {
  const { requests, state, answer } = box(1_000);
  const pages = new MessagePages(answer, () => {});
  pages.show(0, 20);
  await turn();
  pages.show(500, 520);
  await turn();
  state.first = -1;
  state.count = 1_001;
  pages.refresh();
  assert.equal(pages.row(500).id, 500);
  assert.equal(pages.row(0), undefined);
  await turn();
  assert.equal(pages.row(501).id, 500);
  assert.equal(pages.indexOf(500), 501);
  assert.equal(pages.count, 1_001);
  assert.deepEqual(requests, [1, 6, 6]);
});

test('a refresh while loading waits for its turn, however often it is called', async () => {
  const { requests, answer } = box(10);
  const pages = new MessagePages(answer, () => {});
  pages.refresh();
  pages.refresh();
  pages.refresh();
  await turn();
  await turn();
  assert.deepEqual(requests, [1, 1]);
  assert.ok(!pages.isLoading);
});

test('a failure is kept until the next refresh, and asks no more until then', async () => {
  const { requests, state, answer } = box(10);
  const pages = new MessagePages(answer, () => {});
  state.failing = true;
  pages.show(0, 5);
  await turn();
  assert.match(pages.error.message, /no answer/);
  pages.show(0, 6);
  await turn();
  state.failing = false;
  pages.refresh();
  await turn();
  assert.equal(pages.error, undefined);
  assert.equal(pages.row(0).id, 0);
  assert.deepEqual(requests, [1, 1]);
});

test('an answer after the list was left changes nothing', async () => {
  const { answer } = box(10);
  let drawn = 0;
  const pages = new MessagePages(answer, () => (drawn += 1));
  pages.show(0, 5);
  pages.dispose();
  const before = drawn;
  await turn();
  assert.equal(pages.count, undefined);
  assert.equal(drawn, before);
});

test('a loaded row is changed in place', async () => {
  const { answer } = box(10);
  const pages = new MessagePages(answer, () => {});
  pages.show(0, 5);
  await turn();
  pages.patch(3, { isRead: true });
  assert.deepEqual(pages.row(3), { id: 3, isRead: true });
  assert.deepEqual(pages.row(4), { id: 4 });
});
