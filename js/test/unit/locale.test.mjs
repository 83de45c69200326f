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

test('the languages are there', () => {
  const expected = ['de-DE', 'en-US', 'es-ES', 'fr-FR', 'ja-JP', 'zh-CN'].map((name) => `${name}.json`);
  assert.deepEqual([...languages].sort(), expected);
});

test('the English keys are sorted by their letters, whatever their case', () => {
  const keys = Object.keys(english);
  assert.deepEqual(
    keys,
    [...keys].sort((one, other) => compare(one.toLowerCase(), other.toLowerCase()) || compare(one, other)),
  );
});

function compare(one, other) {
  return Number(one > other) - Number(one < other);
}

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
    assert.deepEqual(Object.keys(texts), Object.keys(english));
    for (const [key, text] of Object.entries(texts)) {
      assert.notEqual(text.trim(), '', key);
      assert.deepEqual(placeholders(text), placeholders(key), key);
    }
  });
}

for (const name of languages.filter((each) => each !== 'en-US.json')) {
  const pairs = Object.entries(read(name));

  test(`${name} leaves no sentence in English`, () => {
    const left = pairs.filter(([key, text]) => text === key && /\w \w/.test(withoutPlaceholders(key)));
    assert.deepEqual(left, []);
  });

  test(`${name} keeps the numbers, and what is typed or shown exactly`, () => {
    for (const [key, text] of pairs) {
      for (const number of numbers(withoutPlaceholders(key))) assert.ok(numbers(text).includes(number), text);
      for (const [word] of key.matchAll(EXACT)) assert.ok(text.includes(word), text);
    }
  });

  test(`${name} ends a text the way English does`, () => {
    for (const [key, text] of pairs) {
      // Where English joins two sentences by a colon, Japanese ends both.
      const isOfSentences = /。.*。$/.test(text);
      assert.equal(endOf(text), isOfSentences ? '.' : endOf(key), text);
    }
  });

  test(`${name} begins no sentence with a word in code: the pages would give it a capital`, () => {
    // A word in code is told from others by its letters where the language has others.
    const words = /^\p{Script=Latin}/u.test(Object.fromEntries(pairs).Save)
      ? /^[a-z]+[A-Z]|^\w+:\/\//
      : /^[a-z]/;
    assert.deepEqual(
      pairs.filter(([, text]) => words.test(text)),
      [],
    );
  });

  test(`${name} calls buttons in its sentences as they are called`, () => {
    const texts = Object.fromEntries(pairs);
    for (const [key, text] of pairs) {
      const named = [...key.matchAll(/“([^”]+)”/g)].map(([, label]) => label);
      for (const label of named) if (label in texts) assert.ok(text.includes(texts[label]), text);
    }
  });
}

/** Addresses, variables, colours, names in code, what stands in angle brackets. */
const EXACT = /https?:\/\/[\w./-]*|[\w.]+@[\w.]*\w|\$\w+|#[\da-f]{6}|\b[a-z]+[A-Z]\w*|<[^>]+>/g;

function withoutPlaceholders(text) {
  return text.replace(/\{\{\w+\}\}/g, '');
}

/** The numbers of a text, without what stands between their thousands. */
function numbers(text) {
  return text.replace(/(?<=\d)[.,\s](?=\d{3}(?!\d))/g, '').match(/\d+/g) ?? [];
}

function endOf(text) {
  const [end = ''] = /[.?…:。？：]$/.exec(text) ?? [];
  return { '。': '.', '？': '?', '：': ':' }[end] ?? end;
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

test('every title of a collection or a permission has a key', () => {
  const titles = sources(path.join(js, '../src'), /\.rs$/).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\btitle: "([A-Z][^"]*)",/g)].map(([, title]) => title),
  );
  assert.ok(titles.includes('Email messages'));
  assert.deepEqual(
    titles.filter((title) => !(title in english)),
    [],
  );
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
