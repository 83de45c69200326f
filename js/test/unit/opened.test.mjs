// Which composers are open.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { withOneMore } = await load('compose/opened.ts');

const fresh = { kind: 'new', mailbox: null };
const open = (...seeds) => seeds.reduce((opened, seed, index) => withOneMore(opened, `${index}`, seed), []);

test('three composers are open side by side, and another new one finds no place', () => {
  const three = open(fresh, fresh, fresh);
  assert.deepEqual(
    three.map(({ minimised }) => minimised),
    [false, false, false],
  );
  assert.equal(withOneMore(three, 'x', fresh), undefined);
  assert.equal(withOneMore(three, 'x', { kind: 'answer', id: 1, mode: 'reply' }), undefined);
  assert.equal(withOneMore(three, 'x', { kind: 'draft', id: 1 }), undefined);
});

test('what was taken back or is kept nowhere else always opens, beyond three as a title', () => {
  const three = open(fresh, fresh, fresh);
  for (const seed of [
    { kind: 'draft', id: 1, takenBack: true },
    { kind: 'letter', letter: {} },
  ]) {
    const four = withOneMore(three, 'x', seed);
    assert.deepEqual(four.slice(0, 3), three);
    assert.deepEqual(four[3], { name: 'x', seed, minimised: true });
    assert.equal(withOneMore([], 'x', seed)[0].minimised, false);
  }
});

test('a draft is open once', () => {
  const one = open({ kind: 'draft', id: 1 });
  assert.equal(withOneMore(one, 'x', { kind: 'draft', id: 1, takenBack: true }), one);
  assert.equal(withOneMore(one, 'x', { kind: 'draft', id: 2 }).length, 2);
  const recovered = open({ kind: 'letter', letter: {}, draft: { id: 1, version: 4 } });
  assert.equal(withOneMore(recovered, 'x', { kind: 'draft', id: 1 }), recovered);
});
