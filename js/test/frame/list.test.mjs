// The list of mails under the keyboard, while others come and go.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openStage } from './stage.mjs';

test('a key acts on the mail that is marked, wherever new mail has moved it', async (context) => {
  let ids = [3, 2, 1];
  const organised = [];
  const page = await openStage(context, ({ url, data }) => {
    if (url === 'mail:messagesOrganise') organised.push(data.ids);
    if (url !== 'mailMessages:listPerson') return [];
    return ids.map((id) => ({ id, accountId: 9, mailId: `m${id}`, boxType: 'in', subject: `Mail ${id}` }));
  });
  const { keyboard } = page;
  const marked = page.locator('.mail-row.is-active');
  const isMarked = (id) => page.locator(`.mail-row.is-active[data-message="${id}"]`).waitFor();
  const receive = async (now) => {
    ids = now;
    await page.evaluate(() => window.stage.emit('mail:messages'));
  };
  await page.evaluate(() => window.stage.show('MailView'));
  await page.getByRole('option').nth(2).waitFor();
  await keyboard.press('j');
  await keyboard.press('j');
  await isMarked(2);

  await receive([4, 3, 2, 1]);
  await page.getByRole('option').nth(3).waitFor();
  await isMarked(2);
  assert.equal(await marked.count(), 1);
  assert.equal(await page.getByRole('listbox').getAttribute('aria-activedescendant'), 'mail-row-2');
  ids = [4, 3, 1];
  await keyboard.press('e');
  await page.locator('[data-message="2"]').waitFor({ state: 'detached' });
  assert.deepEqual(organised, [[2]]);

  // Nothing is marked now, so a key means nothing; the next one down is what moved up.
  assert.equal(await marked.count(), 0);
  await keyboard.press('e');
  await keyboard.press('j');
  await isMarked(1);
  await keyboard.press('e');
  await page.locator('[data-message="1"]').waitFor({ state: 'detached' });
  assert.deepEqual(organised, [[2], [1]]);
});
