// The card of an account: a mailbox that isn't here as a whole is never shown as if it was.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openStage } from './stage.mjs';

const sync = { phase: 'incremental', stored: 12, total: null, done: true, lastRunAt: '2026-03-01T12:00:00Z' };
const account = { id: 9, email: 'me@shop.example', type: 'microsoft', status: 'ready', sync };
const list = {
  id: 'F',
  name: 'Customers',
  code: 'provider_unavailable',
  message: 'Outlook answered 503',
  since: '2026-03-01T11:00:00Z',
  retryAt: '2026-03-01T13:00:00Z',
};

async function openCard(context, account) {
  const page = await openStage(context, () => []);
  await page.evaluate((account) => window.stage.show('AccountCard', { account }), account);
  const card = page.getByRole('article', { name: account.email });
  await card.waitFor();
  return card;
}

test('an account with a list that could not be read is incomplete, and says which and why', async (context) => {
  const unreadable = [list, { ...list, id: 'mailbox', name: null }];
  const card = await openCard(context, { ...account, sync: { ...sync, unreadable } });
  const text = await card.innerText();
  assert.match(text, /Incomplete/);
  assert.doesNotMatch(text, /Connected/);
  assert.match(text, /The folder "Customers" cannot be read at present/);
  assert.match(text, /The list of all emails cannot be read at present/);
  assert.match(text, /503/);
});

test('an account whose lists were all read is connected', async (context) => {
  const card = await openCard(context, { ...account, sync: { ...sync, unreadable: [] } });
  assert.match(await card.innerText(), /Connected/);
  assert.equal(await card.locator('[data-unreadable]').count(), 0);
});

test('an account that fails says that and no more', async (context) => {
  const failing = { ...account, status: 'failing', statusReason: 'Outlook answered 503' };
  const card = await openCard(context, { ...failing, sync: { ...sync, unreadable: [list] } });
  assert.match(await card.innerText(), /Synchronization fails/);
  assert.equal(await card.locator('[data-unreadable]').count(), 0);
});
