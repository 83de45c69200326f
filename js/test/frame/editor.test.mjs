// The editor in a real browser: it is a part of the host's page, so nothing that is opened, pasted or taken into it may
// tell somebody elsewhere.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import path from 'node:path';
import process from 'node:process';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGUMENTS } from '../../tools/toolchain/chromium.mjs';

const source = path.resolve(
  path.dirname(fileURLToPath(import.meta.url)),
  '../../client/compose/editor/editor.ts',
);
const SIGNATURE = '<div class="gmail_signature"><p>Ann, Sales</p></div>';

let browser, server, page, script;
const asked = [];

before(async () => {
  const { outputFiles } = await build({
    bundle: true,
    entryPoints: [source],
    format: 'iife',
    globalName: 'mail',
    write: false,
  });
  script = outputFiles[0].text;
  server = createServer(({ url }, answer) => {
    if (!['/', '/favicon.ico'].includes(url)) asked.push(url);
    answer.setHeader('content-type', 'text/html; charset=utf-8').end('<!doctype html><div id="place"></div>');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    headless: true,
    args: CHROMIUM_ARGUMENTS,
  });
});

after(async () => {
  await browser?.close();
  server?.close();
});

/** A page with an editor as `editor`. */
async function open(html, loads = []) {
  asked.length = 0;
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.addScriptTag({ content: script });
  await page.evaluate(
    ([begin, may]) => {
      window.editor = window.mail.createEditor(document.querySelector('#place'), {
        html: begin,
        label: 'Text',
        placeholder: '',
        mayLoad: (address) => may.includes(address),
        onChange: () => window.editor?.html(),
        onState: () => {},
        onFiles: () => {},
        onLink: () => {},
      });
    },
    [html, loads],
  );
}

async function goOn() {
  await page.evaluate(() => {
    document.activeElement?.blur();
    window.editor.focus('end');
  });
  await page.waitForFunction(() => document.activeElement?.matches('.tiptap'));
}

const text = () => page.evaluate(() => window.editor.html());
const picture = (name) => `http://127.0.0.1:${server.address().port}/${name}`;
const settled = () => page.waitForTimeout(200);

test('a picture from elsewhere is kept and not loaded, however it comes in', async () => {
  const img = (name) => `<img src="${picture(name)}?a=1&amp;b=2" alt="Logo">`;
  await open(`<p>${img('opened')}</p>`);
  await page.evaluate((html) => window.editor.insertHtml(html), `<p>${img('template')}</p>`);
  await page.evaluate(
    (html) => {
      const data = new DataTransfer();
      data.setData('text/html', html);
      data.setData('text/plain', 'pasted');
      document
        .querySelector('.tiptap')
        .dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    },
    `<p>pasted ${img('pasted')}</p>`,
  );
  await page.evaluate((html) => window.editor.setSignature(html), `<p>${img('signature')}</p>`);
  const html = await text();
  for (const name of ['opened', 'template', 'pasted', 'signature'])
    assert.ok(html.includes(`<img src="${picture(name)}?a=1&amp;b=2" alt="Logo"`), `${name}: ${html}`);
  assert.ok(!html.includes('data-elsewhere'));
  await page.evaluate((again) => window.editor.setHtml(again), html);
  assert.equal(await text(), html);
  await settled();
  assert.deepEqual(asked, []);
  await page.close();
});

test('one that the user has put into the signature is shown', async () => {
  await open(`<p></p><div class="gmail_signature"><p><img src="${picture('own')}"></p></div>`, [
    picture('own'),
  ]);
  await page.waitForFunction(() => document.querySelector('.tiptap img')?.complete);
  assert.ok((await text()).includes(`<img src="${picture('own')}"`));
  await settled();
  assert.ok(asked.includes('/own'), 'the test hears of pictures that are loaded');
  await page.close();
});

test('going on at the end is going on before the signature', async () => {
  await open(`<p>Hello</p>${SIGNATURE}`);
  await goOn();
  await page.keyboard.type(' Bo');
  assert.match(await text(), /^<p[^>]*>Hello Bo<\/p><div class="gmail_signature">/);
  await page.evaluate((html) => window.editor.setHtml(html), SIGNATURE);
  await goOn();
  await page.keyboard.type('Hi');
  assert.match(await text(), /^<p[^>]*>Hi<\/p><div class="gmail_signature"><p[^>]*>Ann, Sales<\/p><\/div>$/);
  await page.close();
});
