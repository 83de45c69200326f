// What happens to rows when something is done with them, and what the keys mean.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { changeByOne, commandOf, fulfilled, idsFor, isAllRead, leaves, undoing, SHORTCUTS } =
  await load('centre/organise/wish.ts');
const { MessagePages, PAGE_SIZE } = await load('centre/messagePages.ts');

const { pieces } = await load('centre/pieces.ts');

const labels = [
  { id: 1, label: 'Urgent' },
  { id: 2, label: 'Later' },
];
const targets = [{ accountId: 9, folders: [{ id: 'F', name: 'Customers', boxType: 'archive' }] }];
const row = { id: 4, accountId: 9, boxType: 'in', isRead: false, labels: [labels[0]] };
const after = (wish, changed = {}) => fulfilled({ ...row, ...changed }, wish, labels, targets);

test('a row looks at once as it is going to', () => {
  assert.deepEqual(after({ isRead: true, isStarred: true }), {
    isRead: true,
    relatedMessagesIsRead: true,
    isStarred: true,
  });
  assert.deepEqual(after({ boxType: 'trash' }), { boxType: 'trash' });
  assert.deepEqual(after({ folderId: 'F' }), { boxType: 'archive' });
  assert.deepEqual(after({ putBack: true }, { boxType: 'trash', originalBoxType: 'archive' }), {
    boxType: 'archive',
  });
  assert.deepEqual(after({ putBack: true }, { boxType: 'trash' }), { boxType: 'in' });
  assert.deepEqual(
    after({ addLabels: [2], removeLabels: [1] }).labels.map(({ id }) => id),
    [2],
  );
  assert.deepEqual(
    after({ addLabels: [2] }).labels.map(({ label }) => label),
    ['Later', 'Urgent'],
  );
});

test('a row leaves the list that it is no longer part of', () => {
  const inbox = { box: 'in', todo: false, label: null };
  assert.equal(leaves(inbox, row), false);
  assert.equal(leaves(inbox, { ...row, boxType: 'archive' }), true);
  assert.equal(leaves({ ...inbox, todo: true }, { ...row, isTodo: true }), false);
  assert.equal(leaves({ ...inbox, todo: true }, row), true);
  assert.equal(leaves({ ...inbox, label: 1 }, row), false);
  assert.equal(leaves({ ...inbox, label: 2 }, row), true);
});

test('a row leaves its folder when it is moved, and the starred ones without its star', () => {
  const place = { box: 'in', todo: false, label: null, folder: 'F' };
  const filed = { ...row, boxType: 'archive', folderIds: ['F'] };
  const folders = [
    { id: 'A', name: 'Archive', boxType: 'archive' },
    { id: 'F', name: 'Customers', boxType: 'archive' },
    { id: 'G', name: 'Projects', boxType: 'archive' },
  ];
  const goes = (oneFolderEach, wish, from = filed) => {
    const targets = [{ accountId: 9, oneFolderEach, folders }];
    return leaves(place, { ...from, ...fulfilled(from, wish, labels, targets) });
  };
  for (const oneFolderEach of [true, false]) {
    assert.equal(goes(oneFolderEach, { isRead: true }), false);
    assert.equal(goes(oneFolderEach, { folderId: 'F' }), false);
    assert.equal(goes(oneFolderEach, { boxType: 'trash' }), true);
    assert.equal(goes(oneFolderEach, { folderId: 'F' }, { ...filed, folderIds: ['G'] }), false);
  }
  assert.deepEqual(
    ['archive', 'in'].map((boxType) => goes(true, { boxType })),
    [true, true],
    'an email stands in one folder',
  );
  assert.deepEqual(
    ['archive', 'in'].map((boxType) => goes(false, { boxType })),
    [false, false],
    'a label stays',
  );
  assert.deepEqual(
    [true, false].map((oneFolderEach) => goes(oneFolderEach, { folderId: 'G' })),
    [true, false],
  );

  const starred = { ...place, folder: null, status: 'starred' };
  assert.equal(leaves(starred, { ...filed, isStarred: true }), false);
  assert.equal(leaves(starred, filed), true);
  assert.equal(leaves(starred, { ...filed, isStarred: true, boxType: 'spam' }), true);
  const unread = { ...place, folder: null, status: 'unread' };
  assert.equal(leaves(unread, { ...filed, isRead: true }), false, 'what was just read stays');
  assert.equal(leaves(unread, { ...filed, boxType: 'trash' }), true);
});

test('a search finds mail in any box but the bin and junk mail', () => {
  const inbox = { box: 'in', todo: false, label: null };
  const boxes = ['in', 'archive', 'trash', 'spam'];
  assert.deepEqual(
    boxes.map((boxType) => leaves(inbox, { ...row, boxType }, true)),
    [false, false, true, true],
  );
});

const conversation = {
  ...row,
  relatedMessageIds: [4, 3, 2],
  idsInBox: [4, 2],
  relatedMessageCount: 3,
  relatedMessagesIsRead: false,
};

test('what is moved of a conversation is what stands in its box, all of it is read, and a star stands at the newest', () => {
  assert.deepEqual(idsFor(conversation, { boxType: 'archive' }), [4, 2]);
  assert.deepEqual(idsFor(conversation, { folderId: 'F' }), [4, 2]);
  assert.deepEqual(idsFor(conversation, { putBack: true }), [4, 2]);
  assert.deepEqual(idsFor(conversation, { isRead: true }), [4, 3, 2]);
  assert.deepEqual(idsFor(conversation, { removeLabels: [1] }), [4, 3, 2]);
  assert.deepEqual(idsFor(conversation, { isRead: false }), [4]);
  assert.deepEqual(idsFor(conversation, { isStarred: true }), [4]);
  assert.deepEqual(idsFor(row, { boxType: 'archive' }), [4]);
});

test('a conversation is unread until all of it is read', () => {
  assert.equal(isAllRead(conversation), false);
  assert.equal(isAllRead({ ...conversation, isRead: true }), false);
  assert.equal(isAllRead({ ...row, isRead: true }), true);
  assert.deepEqual(changeByOne(conversation, { isRead: true, isStarred: true }), { isStarred: true });
  assert.deepEqual(changeByOne(conversation, { isRead: false, boxType: 'trash' }), {
    isRead: false,
    relatedMessagesIsRead: false,
  });
  assert.deepEqual(changeByOne({ ...row, relatedMessageCount: 1 }, { isRead: true }), {
    isRead: true,
    relatedMessagesIsRead: true,
  });
});

test('the row of a conversation is found by each of its emails', async () => {
  const rows = [{ id: 9, relatedMessageIds: [9] }, conversation];
  const pages = new MessagePages(
    () => Promise.resolve({ rows, count: 2, highlight: ['crane'] }),
    () => undefined,
  );
  pages.show(0, 1);
  await new Promise(setImmediate);
  assert.equal(pages.rowWith(2), conversation);
  assert.equal(pages.rowWith(9), rows[0]);
  assert.equal(pages.rowWith(5), undefined);
  assert.deepEqual(pages.highlight, ['crane']);
});

test('found words are marked at the beginning of words, whatever their case and accents', () => {
  const marked = (text, ...words) =>
    pieces(text, words).map(({ piece, isMarked }) => (isMarked ? `[${piece}]` : piece));
  assert.equal(marked('A Zürich zurichois azurich', 'zurich').join(''), 'A [Zürich] [zurich]ois azurich');
  assert.equal(marked('crane hire, crane', 'crane', 'hire').join(''), '[crane] [hire], [crane]');
  assert.equal(marked('关于会议的', '会议').join(''), '关于[会议]的');
  assert.equal(marked('nothing', '', 'else').join(''), 'nothing');
});

test('moving to a box can be undone, marking needs no way back', () => {
  assert.deepEqual(undoing({ boxType: 'spam' }), { putBack: true });
  assert.equal(undoing({ isRead: true }), undefined);
});

test('keys are commands unless they are typed into something or belong to the browser', () => {
  const press = (key, more = {}) =>
    commandOf({ key, altKey: false, ctrlKey: false, metaKey: false, target: null, ...more });
  assert.equal(press('e'), 'archive');
  assert.equal(press('#'), 'trash');
  assert.equal(press('?'), 'help');
  assert.equal(press('/'), 'search');
  assert.deepEqual(
    ['l', 'v', 'j', 'k', 'Escape'].map((key) => press(key)),
    ['labels', 'move', 'walk', 'walk', 'leave'],
  );
  assert.equal(press('q'), undefined);
  assert.equal(press('e', { ctrlKey: true }), undefined);
  assert.equal(press('e', { target: { closest: (types) => /input/.test(types) } }), undefined);
  assert.equal(press('e', { target: { closest: () => null } }), 'archive');
  assert.equal(new Set(SHORTCUTS.map(({ keys }) => keys)).size, SHORTCUTS.length);
});

test('rows that are taken out let those below move up, over the borders of pages', async () => {
  const total = 2 * PAGE_SIZE + 50;
  const rows = Array.from({ length: total }, (_, index) => ({ id: index + 1 }));
  const asked = [];
  const pages = new MessagePages(
    (page) => {
      asked.push(page);
      return Promise.resolve({ rows: rows.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE), count: total });
    },
    () => undefined,
  );
  pages.show(0, 10);
  await new Promise(setImmediate);
  pages.show(0, total);
  await new Promise(setImmediate);
  pages.remove(new Set([1, 5, PAGE_SIZE + 1]));
  assert.equal(pages.count, total - 3);
  assert.equal(pages.row(0).id, 2);
  assert.equal(pages.row(3).id, 6);
  assert.equal(pages.row(PAGE_SIZE).id, PAGE_SIZE + 4);
  assert.equal(pages.row(total - 4).id, total);
  assert.equal(pages.row(total - 3), undefined);
  assert.deepEqual(
    pages.rowsOf([2, 5]).map(({ id }) => id),
    [2],
  );
  assert.equal(pages.loaded().length, total - 3);
  // Only a page that is loaded: what is behind it has to be asked for.
  const few = new MessagePages(
    (page) => Promise.resolve({ rows: rows.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE), count: total }),
    () => undefined,
  );
  few.show(0, 10);
  await new Promise(setImmediate);
  few.remove(new Set([3]));
  assert.equal(few.row(PAGE_SIZE - 1), undefined);
  few.show(0, 10);
  await new Promise(setImmediate);
  assert.ok(few.row(PAGE_SIZE - 1));
});
