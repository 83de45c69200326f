// Every sentence of the pages exists in every language.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const js = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const languages = readdirSync(path.join(js, 'locale')).filter((name) => name.endsWith('.json'));
const read = (name) => JSON.parse(readFileSync(path.join(js, 'locale', name), 'utf8'));
const english = read('en-US.json');

/** The names inside `{{…}}`. */
const placeholders = (text) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

test('English, Chinese and French are there', () => {
  for (const name of ['en-US.json', 'zh-CN.json', 'fr-FR.json']) assert.ok(languages.includes(name), name);
});

test('an English key is its own text, but for the American spelling', () => {
  for (const [key, text] of Object.entries(english)) assert.equal(text, american(key));
});

function american(text) {
  return text
    .replace(/(authori|organi|synchroni)s(?=e|i|a)/gi, '$1z')
    .replace(/colour/gi, (word) => word.replace('u', ''));
}

for (const name of languages) {
  test(`${name} has the same keys and placeholders as English, and no empty text`, () => {
    const texts = read(name);
    assert.deepEqual(Object.keys(texts).sort(), Object.keys(english).sort());
    for (const [key, text] of Object.entries(texts)) {
      assert.notEqual(text.trim(), '', key);
      assert.deepEqual(placeholders(text), placeholders(key), key);
    }
  });
}

test('every sentence that the pages translate has a key', () => {
  const missing = sources(path.join(js, 'client')).flatMap((file) =>
    sentences(readFileSync(file, 'utf8')).filter((sentence) => !(sentence in english)),
  );
  assert.deepEqual(missing, []);
});

test('every sentence of the settings, their guides and their checks has a key', () => {
  const missing = sources(path.join(js, '../src/settings'), /\.rs$/).flatMap((file) =>
    rustSentences(readFileSync(file, 'utf8')).filter((sentence) => !(sentence in english)),
  );
  assert.deepEqual(missing, []);
});

function sources(folder, name = /\.tsx?$/) {
  return readdirSync(folder, { recursive: true })
    .filter((each) => name.test(each))
    .map((each) => path.join(folder, each));
}

/** The literals given to `t`, and those in the tables of texts that are given to it. */
function sentences(text) {
  const source = text.replace(/\/\*[^]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const literal = `('(?:[^'\\\\]|\\\\.)*'|"(?:[^"\\\\]|\\\\.)*")`;
  const calls = [...source.matchAll(new RegExp(`\\bt\\(\\s*${literal}`, 'g'))];
  const entries = [...source.matchAll(new RegExp(`\\b(?:title|text|label): ${literal}`, 'g'))];
  const tables = [...source.matchAll(/const (?:TITLES|BOX_NAMES|KIND_NAMES)\b[^{]*\{([^}]*)\}/g)].flatMap(
    ([, table]) => [...table.matchAll(new RegExp(`:\\s*${literal}`, 'g'))],
  );
  const constants = [...source.matchAll(new RegExp(`const UN\\w+ =\\s*${literal}`, 'g'))];
  return [...calls, ...entries, ...tables, ...constants].map(([, quoted]) =>
    quoted.slice(1, -1).replace(/\\(.)/g, '$1'),
  );
}

/** The literals of three words and more, but for those that are formatted; comments and tests aside. */
function rustSentences(text) {
  const source = text.replace(/#\[cfg\(test\)\][^]*$/, '').replace(/^\s*\/\/.*$/gm, '');
  return [...source.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
    .map(([, quoted]) => quoted.replace(/\\(.)/g, '$1'))
    .filter((literal) => /\S \S+ \S/.test(literal) && !/(?<!\{)\{\w*\}(?!\})|\n/.test(literal));
}
