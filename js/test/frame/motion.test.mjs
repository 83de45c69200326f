// Whoever asked their system for less motion gets dialogs that stand there at once.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openWithPendingFile } from './pending.mjs';

for (const [reducedMotion, moves] of [
  ['no-preference', true],
  ['reduce', false],
])
  test(`a dialog ${moves ? 'slides in' : 'stands there at once'} with ${reducedMotion}`, async (context) => {
    const { page, close } = await openWithPendingFile(context);
    await page.emulateMedia({ reducedMotion });
    await page.evaluate(() => {
      window.moved = [];
      document.addEventListener('animationstart', ({ target }) => window.moved.push(target.className));
    });
    await close.click();
    await page.getByRole('button', { name: 'Go on writing' }).click();
    await page.getByRole('dialog', { name: 'A file is not uploaded yet' }).waitFor({ state: 'hidden' });
    const dialogs = (await page.evaluate(() => window.moved)).filter((name) => /\bant-modal\b/.test(name));
    assert.equal(dialogs.length > 0, moves);
  });
