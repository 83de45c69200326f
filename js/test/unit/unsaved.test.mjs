// What is kept in the tab until the server has it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { forgetUnsaved, keepUnsaved, takeUnsaved } = await load('compose/unsaved.ts');

/** As much of it as the pages use. */
class Storage {
  getItem(name) {
    return this[name] ?? null;
  }
  setItem(name, text) {
    this[name] = text;
  }
  removeItem(name) {
    delete this[name];
  }
}

test('what was not saved is taken out once, with the draft that it belongs to', () => {
  globalThis.sessionStorage = new Storage();
  globalThis.sessionStorage.setItem('other', 'not JSON');
  keepUnsaved('a', { subject: 'A' }, { id: 7, version: 3 });
  keepUnsaved('b', { subject: 'B' });
  keepUnsaved('open', { subject: 'C' });
  keepUnsaved('saved', { subject: 'D' });
  forgetUnsaved('saved');
  assert.deepEqual(takeUnsaved(['open']), [
    { name: 'a', letter: { subject: 'A' }, draft: { id: 7, version: 3 } },
    { name: 'b', letter: { subject: 'B' } },
  ]);
  assert.deepEqual(takeUnsaved(['open']), []);
  assert.deepEqual(takeUnsaved([]), [{ name: 'open', letter: { subject: 'C' } }]);
});
