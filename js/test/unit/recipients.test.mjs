// The lines of recipients.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { parseRecipients, recipientText } = await load('compose/recipients.ts');

test('a recipient is read as it was written, whatever the name', () => {
  assert.equal(recipientText({ name: 'Ann', address: 'ann@x.example' }), 'Ann <ann@x.example>');
  for (const name of ['', 'Ann Lee', 'Lee, Ann', 'Ann "A" Lee; CEO', 'ann@home <ann>']) {
    const person = { name, address: 'ann@x.example' };
    assert.deepEqual(parseRecipients(recipientText(person)), [person]);
  }
});
