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

test('a picture is drawn larger or smaller by its corner, in proportion, and undoing that is seen', async () => {
  await open('<p>See: </p>');
  await page.evaluate(async () => {
    const drawn = Object.assign(document.createElement('canvas'), { width: 100, height: 50 });
    const file = await new Promise((resolve) => drawn.toBlob(resolve));
    window.editor.focus('end');
    window.editor.insertPicture(URL.createObjectURL(file), 'plan.png');
  });
  const shown = page.locator('[data-resize-wrapper] img');
  await page.waitForFunction(() => document.querySelector('.tiptap img')?.naturalWidth === 100);
  const size = () => shown.evaluate(({ offsetWidth, offsetHeight }) => [offsetWidth, offsetHeight]);
  const corner = page.locator('[data-resize-handle=bottom-right]');
  await corner.evaluate((handle) =>
    handle.setAttribute('style', `${handle.style.cssText};width:8px;height:8px`),
  );
  const draw = async (right) => {
    // What follows at once is undone together.
    await page.waitForTimeout(600);
    const { x, y } = await corner.boundingBox();
    await page.mouse.move(x + 4, y + 4);
    await page.mouse.down();
    await page.mouse.move(x + 4 + right / 2, y + 4, { steps: 3 });
    await page.mouse.move(x + 4 + right, y + 4);
    await page.mouse.up();
  };
  await draw(60);
  assert.deepEqual(await size(), [160, 80]);
  assert.match(await text(), /<img src="blob:[^"]*" alt="plan\.png" width="160" height="80">/);
  await draw(-500);
  assert.deepEqual(await size(), [48, 24], 'it can still be taken hold of');
  for (const expected of [
    [160, 80],
    [100, 50],
  ]) {
    await page.evaluate(() => window.editor.run('undo'));
    assert.deepEqual(await size(), expected);
  }
  assert.ok(!(await text()).includes('width='));
  await page.close();
});
