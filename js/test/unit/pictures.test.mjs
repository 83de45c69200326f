// Which files can be looked at in the page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

const { pictureType } = await load('centre/pictures.ts');
const typeOf = (filename, mimeType, size = 10) =>
  pictureType({ attachmentId: 'a', filename, mimeType, size });

test('a picture is known by its type, or else by the end of its name', () => {
  assert.equal(typeOf('photo', 'image/PNG'), 'image/png');
  assert.equal(typeOf('Photo.JPG', 'application/octet-stream'), 'image/jpeg');
  assert.equal(typeOf('a.webp'), 'image/webp');
});

test('what could hold a script, is too large or only sounds like one is not shown', () => {
  for (const name of ['a.svg', 'a.html', 'a.constructor', 'a.__proto__', 'a.', ''])
    assert.equal(typeOf(name), undefined, name);
  assert.equal(typeOf('a.svg', 'image/svg+xml'), undefined);
  assert.equal(typeOf('a.png', 'image/png', 31 << 20), undefined);
});
