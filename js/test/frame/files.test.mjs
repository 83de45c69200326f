// The files of a mail that is written, and how large they may be together.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { openWithPendingFile } from './pending.mjs';
import { openStage } from './stage.mjs';

test('a picture that was taken out of the text does not count', async (context) => {
  const file = (filename, size) => ({ filename, originalname: filename, size, mimetype: 'image/png' });
  const draft = {
    ...{ accountEmail: 'me@shop.example', identityEmail: 'me@shop.example', to: [], cc: [], bcc: [] },
    ...{ subject: 'Crane', body: '<p>Hello</p>' },
    attachments: [file('plan.png', 1e6), { ...file('gone.png', 40e6), contentId: 'gone@picture' }],
  };
  const page = await openStage(context, ({ url }) =>
    url === 'mailMessages:get' ? { id: 7, draftVersion: 3, date: '2026-01-01T00:00:00Z', draft } : [],
  );
  await page.evaluate(() => window.stage.show('WritingRoom'));
  await page.waitForFunction(() => window.stage.compose.ready && window.stage.compose.editDraft);
  await page.evaluate(() => window.stage.compose.editDraft(7));
  await page.getByText('1 MB of 25 MB').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Send', exact: true }).isEnabled());
});

test('of a long name the end stays in sight, while it is written and where it is read', async (context) => {
  const name = `${'A very long name of a plan for the third floor '.repeat(3)}2026.final.pdf`;
  const attachments = [{ attachmentId: 'p', filename: name, size: 1000 }];
  const page = await openStage(context, ({ url }) => {
    if (url === 'mail:messageAttachmentUpload') return new Promise(() => {});
    return url === 'mailMessages:get' ? { id: 1, accountId: 9, mailId: 'm', attachments } : [];
  });
  const endsInSight = async (frame) => {
    const shown = page.locator(frame);
    await shown.waitFor();
    assert.equal(await shown.locator('.mail-file-name').textContent(), name);
    const [outer, end] = await Promise.all(
      [shown, shown.locator('.mail-file-name > :last-child')].map((place) => place.boundingBox()),
    );
    assert.ok(outer.width <= 300 && end.width > 40 && end.x + end.width <= outer.x + outer.width, frame);
  };
  await page.addStyleTag({ path: fileURLToPath(new URL('../../client/centre/centre.css', import.meta.url)) });
  await page.evaluate(() => window.stage.show('Reader', { id: 1 }));
  await endsInSight('.mail-attachment');
  await page.evaluate(() => window.stage.show('WritingRoom'));
  await page.waitForFunction(() => window.stage.compose.ready && document.querySelector('.mail-composers'));
  await page.evaluate(() => window.stage.compose.write(null));
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Attach files' }).click();
  await (await choosing).setFiles([{ name, mimeType: 'application/pdf', buffer: Buffer.from('x') }]);
  await endsInSight('.mail-file');
});

test('a composer is not closed in silence while a file is on its way, and gives it up when it is', async (context) => {
  const { page, composer, close, asked } = await openWithPendingFile(context);
  const question = page.getByRole('dialog', { name: 'A file is not uploaded yet' });
  await close.click();
  await question.getByRole('button', { name: 'Go on writing' }).click();
  await composer.getByText('plan.txt').waitFor();
  await close.click();
  await question.getByRole('button', { name: 'Close without it' }).click();
  await composer.waitFor({ state: 'detached' });
  assert.equal(asked.filter((url) => url === 'mail:messageAttachmentUpload').length, 1);
});

/** Lets go of files from the desktop in the middle of an element. */
async function drop(page, target, files) {
  const { x, y, width, height } = await target.boundingBox();
  const at = { x: x + width / 2, y: y + height / 2, data: { items: [], files, dragOperationsMask: 1 } };
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'])
    await session.send('Input.dispatchDragEvent', { type, ...at });
  await session.detach();
}

test('files that are dragged onto a composer go with the email, and pictures into the text where they are let go of there', async (context) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'dragged-'));
  context.after(() => rm(folder, { recursive: true }));
  const pixel =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const files = [];
  for (const [name, text] of [
    ['plan.txt', 'ground floor'],
    ['dot.png', Buffer.from(pixel, 'base64')],
  ]) {
    files.push(path.join(folder, name));
    await writeFile(files.at(-1), text);
  }
  const sent = [];
  let uploads = 0;
  const page = await openStage(context, ({ url, data }) => {
    if (url === 'mail:messageAttachmentUpload') {
      uploads += 1;
      const name = `upload-${uploads}`;
      return { filename: name, originalname: name, size: 12, mimetype: 'text/plain', path: name };
    }
    if (url === 'mail:messageSavingDraft') return { id: 5, version: 1 };
    if (url === 'mail:messageSend') {
      sent.push(data);
      return { id: 7, key: 'k', state: 'queued', to: [], cc: [], bcc: [], subject: '' };
    }
    return url === 'mail:draftFind' ? null : [];
  });
  await page.evaluate(() => window.stage.show('WritingRoom'));
  await page.waitForFunction(() => window.stage.compose.ready && window.stage.compose.write);
  await page.evaluate(() => window.stage.compose.write(null));
  const composer = page.locator('.mail-composer');
  const text = composer.getByRole('textbox', { name: 'Text of the email' });
  await text.waitFor();
  const to = composer.getByRole('combobox', { name: 'To' });
  await to.fill('a@x.example');
  await to.press('Enter');
  await composer.getByLabel('Subject').fill('Plans');
  await drop(page, composer.getByLabel('Subject'), files);
  await composer.getByText('upload-2').waitFor();
  assert.equal(await text.locator('img').count(), 0);
  await drop(page, text, files);
  await composer.getByText('upload-3').waitFor();
  await text.locator('img[alt="dot.png"]').waitFor();
  await composer.getByRole('button', { name: 'Send', exact: true }).click();
  await composer.waitFor({ state: 'detached' });
  const [{ attachments, body }] = sent;
  assert.deepEqual(
    attachments.map(({ filename }) => filename),
    ['upload-1', 'upload-2', 'upload-3', 'upload-4'],
  );
  const [picture] = attachments.filter(({ contentId }) => contentId);
  assert.ok(body.includes(`<img src="cid:${picture.contentId}" alt="dot.png"`), body);
  assert.equal(page.url(), 'http://stage.test/');
});
