// The open mail, while the server is not always there.
import assert from 'node:assert/strict';
import test from 'node:test';
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
