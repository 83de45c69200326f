// The sentences of the server that carry a value are translated by their templates.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { load } from './load.mjs';

const { TEMPLATES, translateSentence } = await load('host/sentences.ts');
const french = JSON.parse(readFileSync(new URL('../../locale/fr-FR.json', import.meta.url), 'utf8'));
const fill = (text, values = {}) => text.replace(/\{\{(\w+)\}\}/g, (_, name) => values[name]);
const t = (key, values) => fill(french[key] ?? key, values);

for (const template of TEMPLATES) {
  test(`a sentence made from "${template}" is translated, with its values`, () => {
    assert.ok(template in french);
    const values = Object.fromEntries(
      [...template.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => [name, `<${name}>`]),
    );
    assert.equal(translateSentence(t, fill(template, values)), fill(french[template], values));
  });
}

test('a sentence of no template is its own key', () => {
  assert.equal(translateSentence(t, 'you have no such account'), french['you have no such account']);
  assert.equal(translateSentence(t, 'Gmail says nothing'), 'Gmail says nothing');
});

test('the names of the permissions are translated too', () => {
  const names = ['(no subject)', '(no recipient)'];
  const sentence = `these permissions were not granted: ${names.join('; ')}. Link the account again and allow them`;
  const text = translateSentence(t, sentence);
  for (const name of names) assert.ok(text.includes(french[name]), name);
});
