// What a person does while writing, in a real NocoBase: tables, large files, and drafts that save themselves.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mailboxes } from '../../js/tools/demo-settings.mjs';
import { firstSync, linkMailbox } from '../../js/tools/demo/link.mjs';
import { call, until } from '../../js/tools/nocobase/api.mjs';
import { assertAccessible } from './support/accessibility.mjs';
import { picture } from './support/browser.mjs';
import { composer, fill, LONG, pick, writeText } from './support/compose.mjs';
import { sentMails } from './support/simulator.mjs';
import { openSite } from './support/site.mjs';

const email = mailboxes.google;
/** A colleague's price list, as Excel puts it onto the clipboard: only the rows are marked. */
const CELLS = `<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"><body>
<table><!--StartFragment--><col width=64><tr><td>Rack</td><td class=xl65>90.00</td></tr><tr><td>Cable</td><td>4.50</td></tr>
<!--EndFragment--></table></body></html>`;

let opened, simulator, site, page, token;

before(async () => {
  opened = await openSite({ google: `${email}:10`, microsoft: `${mailboxes.microsoft}:10` });
  ({ simulator, site, page, token } = opened);
  await firstSync(site.url, token, await linkMailbox(site.url, token, 'google', email));
});

after(() => opened?.close());

/** A new mail to somebody. */
async function write(subject) {
  await page.goto(`${site.url}/admin/mail?mailbox=${encodeURIComponent(email)}`);
  await page.getByRole('button', { name: 'New mail' }).click();
  const form = composer(page);
  await form.getByRole('textbox', { name: 'Text of the email' }).waitFor();
  await fill(form, 'To', 'ann@customer.example,');
  await form.getByLabel('Subject', { exact: true }).fill(subject);
  return form;
}

async function send(form, subject) {
  await form.getByRole('button', { name: 'Send', exact: true }).click();
  await form.waitFor({ state: 'detached' });
  const found = async () => (await sentMails(simulator, email)).filter((mail) => mail.subject === subject);
  await until(async () => (await found()).length > 0, `"${subject}" was not sent`);
  const [mail, ...more] = await found();
  assert.equal(more.length, 0, 'it was sent once');
  return mail;
}

/** Pastes what another program has put onto the clipboard. */
function paste(target, html) {
  return target.evaluate((element, rich) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/html', rich);
    clipboardData.setData('text/plain', 'pasted');
    element.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }));
  }, html);
}

test('an alias that is chosen is the address that the mail comes from, and a picture has the size that it was drawn to', async () => {
  const alias = `sales-${email}`;
  const form = await write('From the shop');
  await form.getByRole('button', { name: 'Sync aliases' }).click();
  await form.locator('.mail-compose-from').click();
  await page.locator('.ant-select-item-option', { hasText: alias }).click({ timeout: LONG });
  await writeText(page, form, 'See: ');
  const drawn = await page.screenshot({ clip: { x: 0, y: 0, width: 120, height: 60 } });
  await pick(page, form, 'Picture in the text', [{ name: 'shop.png', mimeType: 'image/png', buffer: drawn }]);
  await form.locator('img[alt="shop.png"]').hover();
  const corner = await form.locator('[data-resize-handle=bottom-right]').boundingBox();
  await page.mouse.move(corner.x + corner.width / 2, corner.y + corner.height / 2);
  await page.mouse.down();
  await page.mouse.move(corner.x + corner.width / 2 + 40, corner.y + corner.height / 2, { steps: 4 });
  await page.mouse.up();
  const sent = await send(form, 'From the shop');
  assert.equal(sent.from.address, alias);
  const [shown] = sent.attachments.filter(({ contentId }) => contentId);
  assert.ok(sent.html.includes(`<img src="cid:${shown.contentId}" alt="shop.png" width="160" height="80"`));
});

test('the logo of a signature goes along as a picture, and files that are pictures can be looked at', async () => {
  const form = await write('With a logo');
  const logo = await page.screenshot({ clip: { x: 0, y: 0, width: 120, height: 60 } });
  await form.getByRole('button', { name: 'Signature' }).click();
  await page.getByRole('menuitem', { name: 'Manage signatures…' }).click();
  await page.getByRole('button', { name: 'New signature' }).click();
  const dialog = page.getByRole('dialog', { name: 'New signature' });
  await dialog.getByLabel('Name').fill('With the logo');
  await writeText(page, dialog, 'Regards ', 'Text');
  const named = (name) => ({ name, mimeType: 'image/png', buffer: logo });
  await pick(page, dialog, 'Picture in the text', [named('logo.png')]);
  await dialog.locator('img[alt="logo.png"]').waitFor();
  await picture(page, 'writing-signature');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Delete With the logo' }).waitFor();
  await page.locator('.ant-modal-close').last().click();
  await form.getByRole('button', { name: 'Signature' }).click();
  await page.getByRole('menuitem', { name: 'With the logo' }).click();
  await form.locator('img[alt="logo.png"]').click();
  await page.keyboard.press('Alt+ArrowUp');
  await pick(page, form, 'Attach files', [named('one.png'), named('two.png')]);
  await form.getByText('two.png').waitFor();
  const sent = await send(form, 'With a logo');
  const [shown] = sent.attachments.filter(({ contentId }) => contentId);
  assert.ok(sent.html.includes(`<img src="cid:${shown.contentId}" alt="logo.png" width="132" height="66"`));
  assert.doesNotMatch(sent.html, /data:/);

  await call(site.url, token, 'mail:messagesSync', { body: { emails: [email] } });
  await page.goto(`${site.url}/admin/mail?mailbox=${encodeURIComponent(email)}&box=out`);
  await page.locator('.mail-row', { hasText: 'With a logo' }).first().click({ timeout: LONG });
  await page.getByRole('button', { name: 'Look at one.png' }).click();
  const look = page.getByRole('dialog', { name: 'one.png' });
  const isDrawn = async (name) => {
    const image = page.locator(`.mail-picture img[alt="${name}"]`);
    await until(() => image.evaluate(({ naturalWidth }) => naturalWidth === 120), `${name} is not shown`);
  };
  await look.waitFor();
  await isDrawn('one.png');
  await assertAccessible(page, '.ant-modal', 'writing-picture');
  await page.getByRole('button', { name: 'Next picture' }).press('ArrowRight');
  await isDrawn('two.png');
  await page.getByText('2 of 2').waitFor();
  const previous = page.getByRole('button', { name: 'Previous picture' });
  for (const [name, position] of [
    ['one.png', '1 of 2'],
    ['two.png', '2 of 2'],
  ]) {
    await previous.press('Enter');
    await page.getByText(position).waitFor();
    await isDrawn(name);
    assert.ok(await previous.evaluate((button) => button === document.activeElement), 'the focus has moved');
  }
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download two.png' }).last().click(),
  ]);
  assert.equal(download.suggestedFilename(), 'two.png');
  await page.keyboard.press('Escape');
  await page.locator('.mail-picture').waitFor({ state: 'detached' });
});

test('a table from Excel is sent as one, with a row that was added, and read again', async () => {
  const form = await write('Prices');
  await writeText(page, form, 'See:');
  await paste(form.getByRole('textbox', { name: 'Text of the email' }), CELLS);
  await form.locator('td', { hasText: '4.50' }).click();
  await form.getByRole('button', { name: 'Table', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Add a row below' }).click();
  assert.equal(await form.locator('.tiptap tr').count(), 3);
  await form.getByRole('button', { name: 'Table', exact: true }).press('Enter');
  const added = page.getByRole('menuitem', { name: 'Remove the row' });
  await added.waitFor();
  await page.keyboard.press('Escape');
  await form.locator('.tiptap tr').last().locator('td').first().click();
  await page.keyboard.type('Box');
  await page.keyboard.press('Tab');
  await page.keyboard.type('7.00');
  const sent = await send(form, 'Prices');
  const cells = [...sent.html.matchAll(/<td[^>]*border[^>]*>(?:<p[^>]*>)?([^<]*)/g)].map(([, text]) => text);
  assert.deepEqual(cells, ['Rack', '90.00', 'Cable', '4.50', 'Box', '7.00']);
  await call(site.url, token, 'mail:messagesSync', { body: { emails: [email] } });
  await page.goto(`${site.url}/admin/mail?mailbox=${encodeURIComponent(email)}&box=out`);
  await page.locator('.mail-row', { hasText: 'Prices' }).first().click({ timeout: LONG });
  const body = page.locator('iframe.mail-frame').contentFrame();
  // The page of the mail is drawn once more when the logo of the signature has come.
  await until(async () => (await body.locator('td').count()) === 6, 'the table of the mail has no six cells');
});

test('an upload shows how far it is until it is there', async () => {
  const form = await write('Large');
  let letOn;
  const halted = new Promise((resolve) => (letOn = resolve));
  await page.route('**/mail:messageAttachmentUpload*', async (route) => {
    await halted;
    await route.continue();
  });
  await pick(page, form, 'Attach files', [
    { name: 'large.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(5 << 20, 1) },
  ]);
  const progress = form.getByRole('progressbar', { name: 'Uploading large.bin' });
  await progress.waitFor();
  const part = Number(await progress.getAttribute('aria-valuenow'));
  assert.ok(part >= 0 && part <= 100, `${part} percent`);
  letOn();
  await progress.waitFor({ state: 'detached', timeout: LONG });
  await form.getByText('large.bin').waitFor();
  await page.unroute('**/mail:messageAttachmentUpload*');
});

test('a draft is saved once somebody has stopped typing, and not with every key', async () => {
  const form = await write('Kept');
  await form.locator('[data-draft=saved]').waitFor({ timeout: LONG });
  const saved = [];
  const listen = (request) => {
    if (request.url().includes('mail:messageSavingDraft'))
      saved.push({ at: Date.now(), body: request.postDataJSON() });
  };
  page.on('request', listen);
  await writeText(page, form, 'One two three four five six');
  const last = Date.now();
  assert.deepEqual(saved, [], 'nothing is saved while somebody types');
  await page.waitForResponse(
    (response) => response.url().includes('mail:messageSavingDraft') && response.ok(),
  );
  page.off('request', listen);
  assert.equal(saved.length, 1);
  assert.ok(saved[0].at - last >= 1000, `saved ${saved[0].at - last} ms after the last key`);
  assert.match(saved[0].body.body, /One two three four five six/);
  await form.locator('[data-draft=saved]').waitFor();
});

test('no page threw an error', () => assert.deepEqual(opened.browser.errors, []));
