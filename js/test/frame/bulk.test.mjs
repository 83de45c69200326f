// Bulk emails: written in a composer, and their folder under mouse and keyboard.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openStage, refusal } from './stage.mjs';

const bulk = (id, status, result) => ({
  ...{ id, status, result, interval: 10_000, from: 'me@shop.example', to: 'a@x.example, b@x.example' },
  ...{ message: { subject: `Offer ${id}` }, sendAt: '2026-03-02T08:00:00Z' },
});
const recipient = (id, to, status, result = null) => ({
  ...{ id, parentId: 7, to, status, result, sendAt: '2026-03-02T08:00:00Z' },
});

/** The folder, with a server that has these bulk emails and remembers what was asked of it. */
async function openFolder(context, bulks, recipients = []) {
  const asked = [];
  const page = await openStage(context, ({ url, params, data }) => {
    if (url === 'mailMassMessages:list')
      return JSON.parse(params.filter).parentId === null ? bulks() : recipients;
    if (!url.startsWith('mailMassMessages:')) return [];
    asked.push([url, data.id]);
    if (data.id === 4) throw refusal(409, 'it is too late for this');
    return {};
  });
  await page.evaluate(() => window.stage.show('BulkPane', { mailbox: null }));
  return { page, asked };
}

test('a bulk email shows how far it is, and its recipients behind a key', async (context) => {
  let bulks = [bulk(7, 'sending', { sent: 1, failed: 1, pending: 2, sending: 1 })];
  const recipients = [
    recipient(1, 'a@x.example', 'sent', { state: 'confirmed', reason: null }),
    recipient(2, 'b@x.example', 'failed', { state: 'failed', reason: 'the provider refused it' }),
    recipient(3, 'c@x.example', 'sending', { state: 'ambiguous', reason: 'nobody knows' }),
    recipient(4, 'd@x.example', 'pending'),
  ];
  const { page, asked } = await openFolder(context, () => bulks, recipients);
  const item = page.locator('[data-bulk="7"]');
  await item.getByText(/^1 sent .* 1 failed .* 1 being sent .* 2 waiting$/).waitFor();
  const subject = page.getByRole('button', { name: 'Offer 7' });
  assert.equal(await subject.getAttribute('aria-expanded'), 'false');
  await subject.press('Enter');
  const list = page.getByRole('list', { name: 'Recipients of Offer 7' });
  const row = (to) => list.locator(`[data-recipient="${to}"]`);
  await row('b@x.example').getByText('The provider refused it').waitFor();
  assert.equal(await row('a@x.example').getByRole('button').count(), 0);
  assert.equal(await row('c@x.example').getByText('Perhaps sent').count(), 1);
  assert.equal(await row('c@x.example').getByRole('button', { name: 'Send again' }).count(), 0);

  await list.getByRole('button', { name: 'Send again: b@x.example' }).press('Space');
  await list.getByRole('button', { name: 'Cancel: d@x.example' }).click();
  await page.getByText('It is too late for this').waitFor();
  await page.getByRole('button', { name: 'Send the failed ones again' }).click();
  await page.getByRole('button', { name: 'Cancel the rest' }).click();
  const question = page.getByRole('dialog', { name: 'Cancel what is not sent yet?' });
  await question.getByRole('button', { name: 'Cancel the rest' }).click();
  await question.waitFor({ state: 'detached' });
  assert.deepEqual(asked, [
    ['mailMassMessages:resend', 2],
    ['mailMassMessages:cancel', 4],
    ['mailMassMessages:resend', 7],
    ['mailMassMessages:cancel', 7],
  ]);

  bulks = [bulk(7, 'some_sent', { sent: 3, canceled: 2 })];
  await page.evaluate(() => window.stage.emit('mail:bulk', { id: 7 }));
  await item.getByText(/^3 sent .* 2 cancelled$/).waitFor();
  assert.equal(await item.getByRole('button', { name: 'Cancel the rest' }).count(), 0);
});

test('a folder without bulk emails says how one is made, and one that can’t be loaded is asked for again', async (context) => {
  let fails = true;
  const { page } = await openFolder(context, () => {
    if (fails) throw refusal(500, 'the storage failed');
    return [];
  });
  await page.getByText('The storage failed').waitFor();
  fails = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('No bulk emails yet').waitFor();
});

test('what is sent individually is one email for each recipient, and comes back by Undo', async (context) => {
  const asked = [];
  const saved = [];
  const page = await openStage(context, ({ url, data }) => {
    if (url === 'mailMassMessages:send') {
      asked.push(['send', data.data.to.map(({ address }) => address), data.mailSendSetting.interval]);
      return { ...bulk(7, 'pending', { pending: 2 }), repeated: false };
    }
    if (url === 'mailMassMessages:cancel') asked.push(['cancel', data.id]);
    if (url === 'mail:messageSavingDraft') {
      saved.push(data);
      return { id: 5, version: 1 };
    }
    return url === 'mail:draftFind' ? null : [];
  });
  await page.evaluate(() => window.stage.show('WritingRoom'));
  await page.waitForFunction(() => window.stage.compose.ready && window.stage.compose.write);
  await page.evaluate(() => window.stage.compose.write(null));
  const composer = page.locator('.mail-composer');
  await composer.getByLabel('Subject').fill('Offer');
  const individually = composer.getByRole('checkbox', { name: 'Send individually' });
  const to = composer.getByRole('combobox', { name: 'To' });
  await to.fill('a@x.example');
  await to.press('Enter');
  assert.equal(await individually.count(), 0, 'one recipient has nobody beside');
  await to.fill('b@x.example');
  await to.press('Enter');
  await individually.check();
  await composer.getByText('Nobody sees the others. {{name}} and {{email}}').waitFor();
  await composer.getByRole('button', { name: 'Send', exact: true }).click();
  await composer.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await composer.getByLabel('Subject').waitFor();
  assert.equal(await composer.getByLabel('Subject').inputValue(), 'Offer');
  assert.ok(await individually.isChecked(), 'the next try does not tell everybody of the others');
  await composer.locator('[data-draft=saved]').waitFor();
  assert.equal(saved.at(-1).interval, 10_000, 'nor does the draft');
  assert.deepEqual(asked, [
    ['send', ['a@x.example', 'b@x.example'], 10_000],
    ['cancel', 7],
  ]);
});
