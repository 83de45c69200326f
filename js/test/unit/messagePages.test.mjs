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

test('rows are there before anybody has counted them, and are counted once after each refresh', async () => {
  const counts = [];
  const tally = () => new Promise((resolve) => counts.push(resolve));
  const { answer } = box(1_000);
  const uncounted = async (page) => ({ rows: (await answer(page)).rows, count: undefined });
  const pages = new MessagePages(uncounted, () => {}, tally);
  pages.begin();
  await turn();
  assert.deepEqual([pages.row(99).id, pages.count, pages.isCounted], [99, PAGE_SIZE, false]);
  counts.shift()(1_000);
  await turn();
  assert.deepEqual([pages.count, pages.isCounted], [1_000, true]);
  pages.show(500, 520);
  await turn();
  assert.deepEqual([counts.length, pages.count], [0, 1_000]);
  pages.refresh();
  pages.refresh();
  await turn();
  const [late, newest] = counts;
  newest(1_002);
  await turn();
  late(1_001);
  await turn();
  assert.equal(pages.count, 1_002);
});

test('a page that is the last one needs no counting, and a count that fails leaves the rows and says so', async () => {
  let counted = 0;
  const tally = () => Promise.reject(new Error(String((counted += 1))));
  const { answer } = box(30);
  const pages = new MessagePages(answer, () => {}, tally);
  pages.begin();
  await turn();
  assert.deepEqual([pages.count, pages.isCounted, counted], [30, true, 0]);
  const uncounted = async (page) => ({ rows: (await answer(page)).rows, count: undefined });
  const others = new MessagePages(uncounted, () => {}, tally);
  others.begin();
  await turn();
  assert.deepEqual([others.count, others.isCounted, counted], [30, false, 1]);
  assert.equal(others.row(29).id, 29);
  assert.match(others.error.message, /1/);
  others.refresh();
  await turn();
  assert.deepEqual([others.count, counted], [30, 2], 'it is tried again');
});

test('a list that has asked for what it shows is not asked for again at the beginning', async () => {
  const { requests, answer } = box(1_000);
  const pages = new MessagePages(answer, () => {});
  pages.show(0, 20);
  pages.begin();
  await turn();
  assert.deepEqual(requests, [1]);
});

test('rows that were taken out stand again where they stood, and what was changed is as it was', async () => {
  const { answer } = box(250);
  const pages = new MessagePages(answer, () => {});
  pages.show(0, 149);
  await turn();
  const before = pages.standing([3, 99, 101, 7].map((id) => ({ id })));
  pages.patch(7, { isRead: true });
  pages.remove(new Set([3, 99, 101]));
  assert.equal(pages.count, 247);
  pages.restore(before);
  assert.equal(pages.count, 250);
  assert.deepEqual(
    pages.loaded().map(({ id }) => id),
    Array.from({ length: 200 }, (_, id) => id),
  );
  assert.deepEqual(pages.row(7), { id: 7 });

  const alone = new MessagePages(box(1).answer, () => {});
  alone.show(0, 5);
  await turn();
  const only = alone.standing([{ id: 0 }]);
  alone.remove(new Set([0]));
  alone.restore(only);
  assert.deepEqual(alone.row(0), { id: 0 });
  assert.equal(alone.count, 1);
  // What came again meanwhile is not there twice.
  alone.restore(only);
  assert.equal(alone.count, 1);
});
