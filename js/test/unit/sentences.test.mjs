// The sentences of the server that carry a value are translated by their templates.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { load } from './load.mjs';

const { TEMPLATES, translateSentence } = await load('host/sentences.ts');
const locales = new URL('../../locale/', import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, locales), 'utf8'));
const languages = readdirSync(locales).filter((name) => name.endsWith('.json'));
const french = read('fr-FR.json');
const fill = (text, values = {}) => text.replace(/\{\{(\w+)\}\}/g, (_, name) => values[name]);
const translatorOf = (texts) => (key, values) => fill(texts[key] ?? key, values);
const t = translatorOf(french);

for (const template of TEMPLATES) {
  test(`a sentence made from "${template}" is translated into every language, with its values`, () => {
    const values = Object.fromEntries(
      [...template.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => [name, `<${name}>`]),
    );
    for (const texts of languages.map(read)) {
      assert.ok(template in texts);
      const sentence = translateSentence(translatorOf(texts), fill(template, values));
      assert.equal(sentence, fill(texts[template], values));
    }
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
