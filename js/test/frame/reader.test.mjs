// The open mail, while the server is not always there.
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { mailOf, openCentre } from './centre.mjs';
import { openStage, refusal } from './stage.mjs';

const mail = { id: 1, accountId: 9, mailId: 'm', email: 'a@b.example', isRead: true, boxType: 'in' };

test('a mail stays open when it cannot be loaded again, says so, and can be tried again', async (context) => {
  let fails = false;
  const page = await openStage(context, ({ url }) => {
    if (url !== 'mailMessages:get') return [];
    if (fails) throw refusal(502, 'the database is away');
    return { ...mail, subject: 'Crane', bodyText: 'What would it cost?' };
  });
  await page.evaluate(() => window.stage.show('Reader', { id: 1 }));
  const title = page.getByRole('heading', { name: 'Crane' });
  await title.waitFor();
  fails = true;
  await page.evaluate(() => window.stage.emit('mail:messages'));
  const said = page.getByRole('alert').filter({ hasText: 'The database is away' });
  await said.waitFor();
  assert.ok(await title.isVisible());
  assert.ok(await page.frameLocator('iframe').getByText('What would it cost?').isVisible());
  fails = false;
  await said.getByRole('button', { name: 'Try again' }).click();
  await said.waitFor({ state: 'hidden' });
  assert.ok(await title.isVisible());
});

test('a picture is loaded once, one that could not be reached again, and one that is missing not again', async (context) => {
  const asked = [];
  let isAway = true;
  const page = await openStage(context, ({ url, params }) => {
    if (url === 'mail:messageContentPreview') {
      asked.push(params.contentId);
      if (params.contentId === 'gone') throw refusal(404, 'there is no such part');
      if (params.contentId === 'late' && isAway) throw refusal(502, 'the provider is away');
      return 'picture';
    }
    if (url !== 'mailMessages:get') return [];
    return {
      ...mail,
      subject: 'Crane',
      bodyHtml: '<img src="cid:logo"><img src="cid:gone"><img src="cid:late">',
    };
  });
  await page.evaluate(() => window.stage.show('Reader', { id: 1 }));
  const shown = (count) =>
    page.waitForFunction(
      (count) => document.querySelector('iframe')?.srcdoc.split('data:image/png').length === count + 1,
      count,
    );
  await shown(1);
  assert.deepEqual(asked, ['logo', 'gone', 'late']);
  isAway = false;
  await page.evaluate(() => window.stage.emit('mail:messages'));
  await shown(2);
  assert.deepEqual(asked, ['logo', 'gone', 'late', 'late']);
});

test('of one’s own mail it is shown who got it unseen by the others', async (context) => {
  const people = { toUsers: [{ address: 'ann@x.example' }], bccUsers: [{ address: 'boss@shop.example' }] };
  const page = await openStage(context, ({ url }) =>
    url === 'mailMessages:get' ? { ...mail, ...people, boxType: 'out', subject: 'Crane' } : [],
  );
  await page.evaluate(() => window.stage.show('Reader', { id: 1 }));
  const recipients = page.locator('.mail-recipients');
  await recipients.waitFor();
  assert.match(await recipients.innerText(), /ann@x\.example, boss@shop\.example/);
  await recipients.click();
  assert.match(await recipients.innerText(), /Bcc boss@shop\.example/);
});

for (const [count, width] of [
  [15, 1400],
  [40, 1400],
  [15, 400],
  [40, 400],
])
  test(`the head of a mail to ${count} keeps to a window of ${width} pixels, and shows all of them when asked`, async (context) => {
    const toUsers = Array.from({ length: count }, (_, at) => ({
      name: `Recipient ${at + 1}`,
      address: `somebody.with.a.rather.long.address.${at + 1}@customers.of.ours.example`,
    }));
    const page = await openStage(context, ({ url }) =>
      url === 'mailMessages:get' ? { ...mail, toUsers, subject: 'Crane', date: '2026-01-05T10:00:00Z' } : [],
    );
    await page.setViewportSize({ width, height: 800 });
    for (const name of ['centre/centre', 'centre/conversation', 'centre/organise/organise', 'shared/mail'])
      await page.addStyleTag({ path: path.join(import.meta.dirname, `../../client/${name}.css`) });
    await page.addStyleTag({ content: 'body { margin: 0; } #place { height: 800px; display: grid; }' });
    await page.evaluate(() => window.stage.show('Reader', { id: 1 }));
    const recipients = page.locator('.mail-recipients');
    const keepsTo = async (what) => {
      const [inner, outer] = await page
        .locator('.mail-reader-head')
        .evaluate((head) => [head.scrollWidth, head.clientWidth]);
      assert.ok(inner <= outer && outer <= width, `${what}: ${inner} of ${outer}`);
    };
    await recipients.getByText(`and ${count - 5} others`).waitFor();
    assert.match(await recipients.innerText(), /^to Recipient 1, .*Recipient 5 and/);
    await keepsTo('folded');
    await recipients.click();
    await recipients.getByText(`Recipient ${count} <`).waitFor();
    await keepsTo('unfolded');
    assert.ok(await page.locator('iframe').isVisible());
  });

test('six recipients are all named', async (context) => {
  const toUsers = Array.from({ length: 6 }, (_, at) => ({ address: `r${at + 1}@x.example` }));
  const page = await openStage(context, ({ url }) =>
    url === 'mailMessages:get' ? { ...mail, toUsers, subject: 'Crane' } : [],
  );
  await page.evaluate(() => window.stage.show('Reader', { id: 1 }));
  await page.locator('.mail-recipients').getByText('r5@x.example, r6@x.example').waitFor();
});

test('what the list has of a mail is shown while the rest is on its way', async (context) => {
  const row = mailOf(1, {
    subject: 'Crane',
    fromUser: { name: 'Ann Lee', address: 'ann@x.example' },
    toUsers: [{ address: 'me@shop.example' }],
    date: '2026-01-05T10:00:00Z',
  });
  const { page, server, ...centre } = await openCentre(context, [row]);
  let arrive;
  const comes = new Promise((resolve) => (arrive = resolve));
  server.answer = async ({ url }) => {
    if (url !== 'mailMessages:get') return undefined;
    await comes;
    return { ...row, bodyText: 'What would it cost?' };
  };
  await centre.row(1).click();
  const reader = page.locator('.mail-reader');
  await reader.getByRole('heading', { name: 'Crane' }).waitFor();
  const shown = () => reader.locator('.mail-people').innerText();
  const before = await shown();
  assert.match(before, /Ann Lee <ann@x\.example>\s+to me@shop\.example\s+Monday, January 5, 2026/);
  assert.equal(await reader.getAttribute('aria-busy'), 'true');
  assert.equal(await page.locator('iframe').count(), 0);
  arrive();
  await page.frameLocator('iframe').getByText('What would it cost?').waitFor();
  assert.equal(await shown(), before);
  assert.equal(await reader.getAttribute('aria-busy'), null);
});
