// A mailbox while its first emails are still on their way.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openCentre } from './centre.mjs';

const sync = { phase: 'listing', stored: 0, total: null, done: false };
const first = { id: 1, email: 'new@shop.example', type: 'google', status: 'ready', sync };
const other = { ...first, id: 2, email: 'old@shop.example', sync: { ...sync, stored: 7, done: true } };

for (const [place, running, arrives] of [
  [{}, sync, true],
  [{ mailbox: 'new@shop.example' }, sync, true],
  [{ mailbox: 'new@shop.example', status: 'starred' }, sync, true],
  [{ mailbox: 'old@shop.example' }, sync, false],
  [{ box: 'scheduled' }, sync, false],
  [{ todo: true }, sync, false],
  [{}, { ...sync, done: true }, false],
])
  test(`an empty list ${arrives ? 'tells' : 'does not tell'} of emails on their way at ${JSON.stringify(place)} ${running.done ? 'afterwards' : 'meanwhile'}`, async (context) => {
    const accounts = [{ ...first, sync: running }, other];
    const { page } = await openCentre(context, [], { accounts });
    await page.evaluate((place) => window.stage.go(place), place);
    const said = arrives ? 'Your first emails are on their way' : 'There are no emails here';
    await page.locator('.mail-empty').getByText(said).waitFor();
  });

test('a bar has no length until it is known how much there is, and moves unless less motion is wanted', async (context) => {
  const { page } = await openCentre(context, []);
  const bar = page.getByRole('progressbar', { name: 'Progress of the first synchronization' });
  const show = (more) =>
    page.evaluate((account) => window.stage.show('AccountCard', { account, onChooseStart: () => {} }), {
      ...first,
      sync: { ...sync, ...more },
    });
  const animation = () => bar.evaluate((element) => getComputedStyle(element).animationName);
  await show({});
  await page.getByText('0 emails so far').waitFor();
  assert.equal(await bar.getAttribute('aria-valuenow'), null);
  assert.equal(await animation(), 'none');
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  assert.notEqual(await animation(), 'none');
  await show({ stored: 30, total: 120 });
  await page.getByText('30 of 120 emails').waitFor();
  assert.equal(await bar.getAttribute('aria-valuenow'), '25');
});
