// The body of a mail that is written, and what goes with it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { filesWith } = await load('compose/body.ts');

test('a picture goes with the mail for as long as its text or quotation shows it, however its id is written there', () => {
  const files = ['a@b', '<c&d@e>', 'gone@e'].map((contentId) => ({ filename: contentId, contentId }));
  const plan = { filename: 'plan.txt' };
  const names = (body) => filesWith(body, [plan, ...files]).map(({ filename }) => filename);
  assert.deepEqual(names('<p>x</p>'), ['plan.txt']);
  assert.deepEqual(names('<p><img src="cid:a@b"></p>'), ['plan.txt', 'a@b']);
  assert.deepEqual(names('<img src="cid:a%40b"><img src="cid:c&amp;d@e">'), ['plan.txt', 'a@b', '<c&d@e>']);
  assert.deepEqual(names('<img src="cid:%3Cc%26d%40e%3E">'), ['plan.txt', '<c&d@e>']);
  assert.deepEqual(names('<p>it was cid:gone@e</p>'), ['plan.txt']);
});
