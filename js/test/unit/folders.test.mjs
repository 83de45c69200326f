// The folders of a mailbox as the tree has them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { idsAbove, linesOf, nested, pathOfFolder, stepOf, unreadWithin } = await load('centre/folders.ts');
const { unreadOf } = await load('centre/boxes.ts');

const folder = (id, parentId = null, unread = 0) => ({ id, name: id.toUpperCase(), parentId, unread });
const folders = [
  folder('b', 'a', 2),
  folder('a', null, 1),
  folder('c', 'b', 4),
  folder('d', 'gone'),
  folder('e', 'a'),
];
const opened =
  (...ids) =>
  (id) =>
    ids.includes(id);
const shown = (...ids) => linesOf(nested(folders), opened(...ids));
const drawn = (lines) =>
  lines.map(({ node, level, place, places }) => `${node.id}${level} ${place}/${places}`);

test('a closed folder hides what is in it, and one whose parent is not there stands at the top', () => {
  assert.deepEqual(drawn(shown()), ['a1 1/2', 'd1 2/2']);
  assert.deepEqual(drawn(shown('b')), ['a1 1/2', 'd1 2/2']);
  assert.deepEqual(drawn(shown('a', 'b')), ['a1 1/2', 'b2 1/2', 'c3 1/1', 'e2 2/2', 'd1 2/2']);
  const [top] = nested(folders);
  assert.equal(unreadWithin(top), 7);
  assert.deepEqual(idsAbove(folders, 'c'), ['b', 'a']);
  assert.equal(pathOfFolder(folders, 'c'), 'A / B / C');
  assert.equal(pathOfFolder(folders, 'x'), undefined);
});

test('parents that lead in a circle hide nothing and end', () => {
  const circle = [folder('a', 'b'), folder('b', 'a'), folder('c', 'c'), folder('d', 'a')];
  const lines = linesOf(nested(circle), () => true);
  assert.deepEqual(lines.map(({ node }) => node.id).sort(), ['a', 'b', 'c', 'd']);
  assert.deepEqual(idsAbove(circle, 'a'), ['b', 'a']);
});

test('arrows walk through what is shown, open and close, and lead in and out', () => {
  const is = opened('a');
  const lines = shown('a');
  assert.deepEqual(drawn(lines), ['a1 1/2', 'b2 1/2', 'e2 2/2', 'd1 2/2']);
  const steps = [
    ['ArrowDown', 0, { to: 1 }],
    ['ArrowDown', 3, { to: 3 }],
    ['ArrowUp', 0, { to: 0 }],
    ['ArrowUp', 3, { to: 2 }],
    ['Home', 2, { to: 0 }],
    ['End', 0, { to: 3 }],
    ['ArrowRight', 0, { to: 1 }],
    ['ArrowRight', 1, { toggle: 'b' }],
    ['ArrowRight', 2, undefined],
    ['ArrowLeft', 0, { toggle: 'a' }],
    ['ArrowLeft', 1, { to: 0 }],
    ['ArrowLeft', 2, { to: 0 }],
    ['ArrowLeft', 3, undefined],
    ['j', 0, undefined],
    ['ArrowDown', 9, undefined],
  ];
  for (const [key, at, expected] of steps)
    assert.deepEqual(stepOf(key, lines, at, is), expected, `${key} at ${at}`);
});

test('what is unread counts in all boxes but the bin and junk mail', () => {
  const boxes = ['in', 'archive', 'draft', 'trash', 'spam', 'elsewhere'];
  const of = (email, unread) => ({ email, boxes: boxes.map((boxType) => ({ boxType, total: 9, unread })) });
  assert.equal(unreadOf([of('a', 1), of('b', 2)]), 9);
});
