// The editor in a real browser: it is a part of the host's page, so nothing that is opened, pasted or taken into it may
// tell somebody elsewhere.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { paste, startEditors } from './editor.mjs';

const SIGNATURE = '<div class="gmail_signature"><p>Ann, Sales</p></div>';

let editors, page;

before(async () => {
  editors = await startEditors();
});

after(() => editors?.close());

async function open(html, loads) {
  page = await editors.open(html, loads);
}

async function goOn() {
  await page.evaluate(() => {
    document.activeElement?.blur();
    window.editor.focus('end');
  });
  await page.waitForFunction(() => document.activeElement?.matches('.tiptap'));
}

const text = () => page.evaluate(() => window.editor.html());
const picture = (name) => editors.picture(name);
const settled = () => page.waitForTimeout(200);

test('a picture from elsewhere is kept and not loaded, however it comes in', async () => {
  const img = (name) => `<img src="${picture(name)}?a=1&amp;b=2" alt="Logo">`;
  await open(`<p>${img('opened')}</p>`);
  await page.evaluate((html) => window.editor.insertHtml(html), `<p>${img('template')}</p>`);
  await paste(page, `<p>pasted ${img('pasted')}</p>`);
  await page.evaluate((html) => window.editor.setSignature(html), `<p>${img('signature')}</p>`);
  const html = await text();
  for (const name of ['opened', 'template', 'pasted', 'signature'])
    assert.ok(html.includes(`<img src="${picture(name)}?a=1&amp;b=2" alt="Logo"`), `${name}: ${html}`);
  assert.ok(!html.includes('data-elsewhere'));
  await page.evaluate((again) => window.editor.setHtml(again), html);
  assert.equal(await text(), html);
  await settled();
  assert.deepEqual(editors.asked, []);
  await page.close();
});

test('one that the user has put into the signature is shown', async () => {
  await open(`<p></p><div class="gmail_signature"><p><img src="${picture('own')}"></p></div>`, [
    picture('own'),
  ]);
  await page.waitForFunction(() => document.querySelector('.tiptap img')?.complete);
  assert.ok((await text()).includes(`<img src="${picture('own')}"`));
  await settled();
  assert.ok(editors.asked.includes('/own'), 'the test hears of pictures that are loaded');
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
