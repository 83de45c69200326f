// The composers around the Email centre: what is written is not lost.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openStage } from './stage.mjs';

const opened = (page) => page.locator('.mail-composer');

/** The room for writing, with a server that knows what is given. */
async function openRoom(context, answers = {}) {
  const page = await openStage(context, (call) => answers[call.url]?.(call) ?? []);
  await page.evaluate(() => window.stage.show('WritingRoom'));
  await page.waitForFunction(() => window.stage.compose.ready && window.stage.compose.write);
  return page;
}

test('Escape puts a composer away, but not while a word is being composed', async (context) => {
  const page = await openRoom(context);
  await page.evaluate(() => window.stage.compose.write(null));
  const subject = opened(page).getByLabel('Subject');
  await subject.waitFor();
  await subject.dispatchEvent('keydown', { key: 'Escape', bubbles: true, isComposing: true });
  assert.match(await opened(page).getAttribute('class'), /is-docked/);
  await subject.press('Escape');
  assert.match(await opened(page).getAttribute('class'), /is-minimised/);
});
