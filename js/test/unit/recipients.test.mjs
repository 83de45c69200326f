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

test('a domain is written as mail servers know it', () => {
  const address = (text) => parseRecipients(text)[0].address;
  assert.equal(address('ann@bücher.example'), 'ann@xn--bcher-kva.example');
  assert.equal(address('Ann <ann@bücher.example>'), 'ann@xn--bcher-kva.example');
  assert.equal(address('Ann Lee ann@例え.example'), 'ann@xn--r8jz45g.example');
  for (const asItWas of [
    'ann@x.example',
    'ann',
    'ann@',
    '@bücher.example',
    'ann@bücher.example/x',
    'ann@bü cher',
  ])
    assert.equal(address(asItWas), asItWas);
});
