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
  await page.evaluate((html) => window.editor.setSignature(html, []), `<p>${img('signature')}</p>`);
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

const choose = (signature, known) =>
  page.evaluate(([html, all]) => window.editor.setSignature(html, all), [signature, known]);
const lines = () =>
  page.evaluate(() =>
    [...document.querySelectorAll('.tiptap > *')].flatMap((block) =>
      block.matches('.gmail_signature')
        ? [...block.children].map((line) => `-- ${line.textContent}`)
        : [block.textContent],
    ),
  );
const goToSignature = async () => {
  await page.locator('.gmail_signature p').first().click();
  await page.keyboard.press('Home');
};
const ANN = '<p>Ann, Sales</p><p><b>Crane Ltd.</b></p>';
const BO = '<p>Bo, Service</p>';
const KNOWN = [BO, ANN];
const withAnn = (text) => `<p></p><p></p><div class="gmail_signature">${text}</div>`;

test('what was written at the start of the signature, or into it, stays when another or none is chosen', async () => {
  await open(withAnn(ANN));
  await goToSignature();
  await page.keyboard.type('An offer, Bo!');
  await page.keyboard.press('Enter');
  await choose(BO, KNOWN);
  assert.deepEqual(await lines(), ['', '', 'An offer, Bo!', '-- Bo, Service']);
  await choose(null, KNOWN);
  assert.deepEqual(await lines(), ['', '', 'An offer, Bo!']);
  for (const [written, kept] of [
    [ANN.replace('<p>', '<p>Anton, '), ['Anton, ']],
    [`${ANN}<p>PS: hello</p>`, ['PS: hello']],
    ['<p>Dear Bo,</p><p>here it is</p><p>Crane Ltd.</p>', ['Dear Bo,', 'here it is']],
    // What has only another look, or less in it, is the signature.
    ['<p>Ann, <i>Sales</i></p><p>Crane Ltd.</p>', []],
    ['<p>Ann, Sales</p>', []],
  ]) {
    await page.evaluate((html) => window.editor.setHtml(html), withAnn(written));
    await choose(null, KNOWN);
    assert.deepEqual(await lines(), ['', '', ...kept]);
  }
  await page.close();
});

test('a signature that is known no longer goes, without what was written into it', async () => {
  await open(withAnn(ANN));
  await goToSignature();
  await page.keyboard.type('Dear Bo, ');
  await choose(null, []);
  assert.deepEqual(await lines(), ['', '', 'Dear Bo, ']);
  await page.close();
});

test('a click into an empty email, or before the first letter of its signature, begins before the signature', async () => {
  const typeAt = async (x, y, letter) => {
    await page.mouse.click(x, y);
    await page.keyboard.type(letter);
    return lines();
  };
  const begin = async () => {
    await open(withAnn(ANN));
    await page.addStyleTag({ content: '.tiptap { min-height: 400px }' });
    return page.locator('.gmail_signature p').first().boundingBox();
  };
  const expected = (text) => [text, '', '-- Ann, Sales', '-- Crane Ltd.'];
  let at = await begin();
  assert.deepEqual(await typeAt(at.x + 100, at.y + 250, 'a'), expected('a'), 'below');
  await page.close();
  at = await begin();
  assert.deepEqual(await typeAt(at.x + 1, at.y + 5, 'b'), expected('b'), 'at its start');
  // Later on it is written in like any other text.
  assert.match((await typeAt(at.x + 400, at.y + 5, 'c'))[2], /^-- Ann, Salesc$/);
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
