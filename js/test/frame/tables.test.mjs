// Tables in the editor of a real browser: they are kept as they come, and changed by commands and keys.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { paste, startEditors } from './editor.mjs';

let editors, page;

before(async () => {
  editors = await startEditors();
});

after(() => editors?.close());

async function open(html) {
  page = await editors.open(html);
}

const run = (command) => page.evaluate((name) => window.editor.run(name), command);
const html = () => page.evaluate(() => window.editor.html());
const size = async () => {
  const now = await html();
  return [...now.matchAll(/<tr>/g)].length + ' × ' + [...now.matchAll(/<td/g)].length;
};

test('a table is made, grows and shrinks, and goes', async () => {
  await open('<p></p>');
  await run('table');
  assert.equal(await size(), '3 × 9');
  assert.match(await html(), /<td style="border: 1px solid [^"]*padding: 4px 8px/);
  assert.equal(await page.evaluate(() => window.state.active.has('table')), true);
  for (const [command, expected] of [
    ['rowBelow', '4 × 12'],
    ['columnRight', '4 × 16'],
    ['removeRow', '3 × 12'],
    ['removeColumn', '3 × 9'],
    ['removeTable', '0 × 0'],
  ]) {
    await run(command);
    assert.equal(await size(), expected, command);
  }
  assert.equal(await page.evaluate(() => window.state.active.has('table')), false);
  await page.close();
});

test('Tab goes from cell to cell, and behind the last one out of the text', async () => {
  await open('<table><tr><td>a</td><td>b</td></tr></table>');
  await page.locator('.tiptap td').first().click();
  await page.keyboard.press('Tab');
  await page.keyboard.type('second');
  assert.match(await html(), />second<\/p><\/td><\/tr>/);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.matches('.tiptap')), false);
  assert.equal(await size(), '1 × 2');
  await page.close();
});

test('a table keeps its look, joined cells included, and nothing that could lead the page elsewhere', async () => {
  await open('<p></p>');
  await paste(
    page,
    `<table style="width:300px;background-image:url(${editors.picture('table')});position:fixed"><tbody>
<tr><th colspan="2" style="background-color:#eee;color:#c41d1d;background:#eee url(${editors.picture('cell')})">Head</th></tr>
<tr><td style="border:2px solid red;text-align:right;position:fixed">1</td><td bgcolor="#ddeeff">2</td></tr></tbody></table>`,
  );
  const now = await html();
  assert.match(now, /<th[^>]*colspan="2"/);
  assert.match(now, /<table[^>]*width: 300px/);
  assert.match(now, /<td[^>]*border: 2px solid red/);
  assert.match(now, /<td[^>]*bgcolor="#ddeeff"/);
  assert.doesNotMatch(now, /url\(|position|colgroup/);
  await page.evaluate((again) => window.editor.setHtml(again), now);
  assert.equal(await html(), now);
  await page.waitForTimeout(200);
  assert.deepEqual(editors.asked, []);
  await page.close();
});
