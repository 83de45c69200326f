// The hostile mails in a real browser. The module's sanitiser and the frame's rules are each tried alone, so that
// either would do; and the mails are shown without both, so that the tests are known to notice.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after } from 'node:test';
import { load } from '../unit/load.mjs';
import { openBrowser } from './browser.mjs';
import { hostileMails, sanitise } from './mails.mjs';

const { htmlDocument } = await load('centre/document.ts');
const reader = new URL('../../client/centre/MailBody.tsx', import.meta.url);
const sandbox = /sandbox="([^"]*)"/.exec(readFileSync(reader, 'utf8'))?.[1];

const mails = hostileMails();
const shown = sanitise(mails);
const browser = await openBrowser();
after(() => browser.close());

const page = (html) => `<!doctype html><html><body>${html}</body></html>`;
const palette = { background: '#fff', text: '#000', link: '#00f' };
const inFrame = (html, showRemote = false) => htmlDocument(html, new Map(), showRemote, palette);

test('the mails do harm where nothing holds them', async () => {
  const seen = await browser.show(mails.map(page));
  assert.ok(seen.ran >= 60, `${seen.ran} ran`);
  assert.ok(seen.requests.length >= 60, `${seen.requests.length} requests`);
});

test('the canary is heard from a sandboxed frame, and its server too', async () => {
  const seen = await browser.show([page('<script>canary()</script><img src="http://canary.test/x">')], {
    sandbox: 'allow-scripts',
  });
  assert.equal(seen.ran, 1);
  assert.ok(seen.requests.includes('http://canary.test/x'));
});

test('what the module leaves of them runs nothing, and is read as it was written', async () => {
  const seen = await browser.show(shown.map(page));
  assert.equal(seen.ran, 0);
  assert.equal(seen.bodies.length, shown.length);
  for (const [number, body] of seen.bodies.entries()) {
    const expected = shown[number].replaceAll('<pre>\n\n', '<pre>\n');
    assert.equal(body, expected, mails[number]);
  }
});

test("in the reader's frame nothing runs and no request leaves", async () => {
  assert.ok(sandbox && !/allow-(scripts|same-origin|forms|top-navigation)/.test(sandbox));
  const seen = await browser.show(
    shown.map((html) => inFrame(html)),
    { sandbox },
  );
  assert.equal(seen.ran, 0);
  assert.deepEqual(seen.requests, []);
});

test('nor would a request leave if the module had left everything in', async () => {
  // Chromium opens a connection for a frame before its policy forbids it, and for a preconnect, which no policy
  // forbids; without TLS such a connection stays silent. These two are left to the module alone.
  const plain = mails.map((html) => html.replaceAll('https://canary.test', 'http://canary.test'));
  const seen = await browser.show(
    plain.map((html) => inFrame(html)),
    { sandbox },
  );
  assert.equal(seen.ran, 0);
  assert.deepEqual(seen.requests, []);
});

test('once asked for, images are loaded and nothing runs', async () => {
  const image = '<img src="http://canary.test/picture.png">';
  const seen = await browser.show([inFrame(image, true)], { sandbox });
  assert.ok(seen.requests.includes('http://canary.test/picture.png'));
  const all = await browser.show(
    shown.filter((html) => html.includes('http')).map((html) => inFrame(html, true)),
    { sandbox },
  );
  assert.equal(all.ran, 0);
});
