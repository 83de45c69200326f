// The files of a mail that is written, and how large they may be together.
import assert from 'node:assert/strict';
import test from 'node:test';
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
