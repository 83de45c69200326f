// A new mail in the composer, with a file that is on its way for as long as the test lasts.
import { openStage } from './stage.mjs';

/** @returns the page, its composer, its button that closes it, and the addresses that were asked for */
export async function openWithPendingFile(context) {
  const asked = [];
  const page = await openStage(context, ({ url }) => {
    asked.push(url);
    return url === 'mail:messageAttachmentUpload' ? new Promise(() => {}) : [];
  });
  await page.evaluate(() => window.stage.show('WritingRoom'));
  await page.waitForFunction(() => window.stage.compose.ready && window.stage.compose.write);
  await page.evaluate(() => window.stage.compose.write(null));
  const composer = page.locator('.mail-composer');
  const chooser = page.waitForEvent('filechooser');
  await composer.getByRole('button', { name: 'Attach files' }).click();
  await (await chooser).setFiles([{ name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('plan') }]);
  await composer.getByText('plan.txt').waitFor();
  return { page, composer, close: composer.getByRole('button', { name: 'Save and close' }), asked };
}
