// What differs by language beside the sentences: figures, dates, words for files, how the package is called.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { load } from './load.mjs';

const { amount, dateAndTime, fileSize, percentage, shortDate, timeAgo } = await load('shared/format.ts');
const { span } = await load('synchronization/span.ts');
const { limitText } = await load('compose/senders.ts');
const { hintsFor } = await load('compose/hints.ts');
const { defineCollections } = await load('../server/collections.ts');

const root = new URL('../../../', import.meta.url);
const languages = readdirSync(new URL('js/locale/', root)).map((name) => name.replace('.json', ''));

/** Without spaces: which of them stands between a figure and its unit changes with the version of Node. */
const plain = (text) => text.replace(/\s/gu, '');

test('figures are written as the language writes them', () => {
  const figures = (language) => [
    amount(12_345, language),
    percentage(0.505, language),
    fileSize(1_900_000, language),
    limitText(25 << 20, language),
    span(7_260, language),
  ];
  const expected = {
    'de-DE': ['12.345', '51%', '1,9MB', '25MB', '2Std.1Min.'],
    'en-US': ['12,345', '51%', '1.9MB', '25MB', '2hr1min'],
    'es-ES': ['12.345', '51%', '1,9MB', '25MB', '2h1min'],
    'fr-FR': ['12345', '51%', '1,9Mo', '25Mo', '2h1min'],
    'ja-JP': ['12,345', '51%', '1.9MB', '25MB', '2時間1分'],
    'zh-CN': ['12,345', '51%', '1.9MB', '25MB', '2小时1分钟'],
  };
  assert.deepEqual(Object.keys(expected), languages);
  for (const language of languages)
    assert.deepEqual(figures(language).map(plain), expected[language], language);
});

test('dates are written as the language writes them', () => {
  const now = new Date(2026, 10, 23, 12);
  const earlier = new Date(2026, 2, 1, 9, 5).toISOString();
  const dates = (language) => [
    shortDate(earlier, now, language),
    dateAndTime(earlier, language),
    timeAgo(new Date(2026, 10, 23, 11, 58).toISOString(), now, language),
  ];
  const expected = {
    'de-DE': ['1.März', '01.03.2026,09:05', 'vor2Minuten'],
    'en-US': ['Mar1', 'Mar1,2026,9:05AM', '2minutesago'],
    'es-ES': ['1mar', '1mar2026,9:05', 'hace2minutos'],
    'fr-FR': ['1mars', '1mars2026,09:05', 'ilya2minutes'],
    'ja-JP': ['3月1日', '2026/03/019:05', '2分前'],
    'zh-CN': ['3月1日', '2026年3月1日09:05', '2分钟前'],
  };
  assert.deepEqual(Object.keys(expected), languages);
  for (const language of languages)
    assert.deepEqual(dates(language).map(plain), expected[language], language);
});

test('a text that speaks of a file is understood in every language', () => {
  const hints = (text) => hintsFor({ subject: 'x', text: `<p>${text}</p>`, files: [] });
  const texts = {
    'de-DE': ['Die Rechnung finden Sie in der Anlage.', 'Das Angebot im Anhang'],
    'en-US': ['Please find the invoice attached.'],
    'es-ES': ['Le adjuntamos la factura.', 'Ver archivo adjunto'],
    'fr-FR': ['Vous trouverez la facture en pièce jointe.'],
    'ja-JP': ['請求書を添付いたします。', '資料を同封します。'],
    'zh-CN': ['请查收附件。'],
  };
  assert.deepEqual(Object.keys(texts), languages);
  for (const text of Object.values(texts).flat()) assert.deepEqual(hints(text), ['files'], text);
  for (const text of ['Guten Tag', 'Buenos días', 'お世話になっております。'])
    assert.deepEqual(hints(text), [], text);
});

test('the titles of collections are translated where they are shown', () => {
  const defined = [];
  const db = { collection: (options) => defined.push(options), inDialect: () => false };
  const collection = { name: 'mails', title: 'Email "messages"', fields: [], indexes: [] };
  defineCollections(db, { namespace: 'email', collections: [collection] });
  assert.equal(defined[0].title, '{{t("Email \\"messages\\"", { ns: "email" })}}');
});

test('the plugin manager shows the package in every language', () => {
  const metadata = JSON.parse(readFileSync(new URL('pkg/package.json', root), 'utf8'));
  for (const field of ['displayName', 'description']) {
    for (const language of languages.filter((each) => each !== 'en-US')) {
      const text = metadata[`${field}.${language}`];
      assert.ok(text?.trim() && text !== metadata[field], `${field}.${language}`);
    }
  }
});
