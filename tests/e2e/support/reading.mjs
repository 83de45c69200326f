// Conversations and search at the browser, for a mailbox of either provider.
import assert from 'node:assert/strict';
import { call, until } from '../../../js/tools/nocobase/api.mjs';
import { picture, pictures } from './browser.mjs';
import { inDatabase } from './database.mjs';
import { control } from './simulator.mjs';

/** Three emails arrive as one conversation, are read one by one, and leave the inbox together. */
export async function readConversation({ simulator, site, page, email, name }) {
  const subject = `Crane hire ${name}`;
  const mails = [
    ['Ann Shop <ann@shop.example>', subject, 'What would a crane cost?'],
    ['Bert Yard <bert@yard.example>', `Re: ${subject}`, 'Four hundred a day.'],
    ['Ann Shop <ann@shop.example>', `Re: ${subject}`, 'We take it.'],
  ];
  for (const [index, [from, subject, text]] of mails.entries())
    await control(simulator, 'deliver', {
      mailbox: email,
      subject,
      from,
      text,
      messageId: `<crane.${name}.${index}@shop.example>`,
      date: new Date(Date.now() - (3 - index) * 60_000).toISOString(),
      ...(index > 0 && { inReplyTo: `<crane.${name}.${index - 1}@shop.example>` }),
    });
  await page.getByRole('button', { name: 'Sync emails', exact: true }).click();
  const row = page.locator('.mail-row', { hasText: subject });
  await row.locator('.mail-count', { hasText: '3' }).waitFor();
  assert.equal(await row.count(), 1);
  assert.equal(await row.locator('.mail-row-people').innerText(), 'Ann, Bert');
  const body = (text) => page.locator('iframe.mail-frame').contentFrame().getByText(text).waitFor();
  const lines = (when) => page.getByRole('navigation', { name: `${when} emails of this conversation` });
  await row.click();
  await body('We take it.');
  assert.equal(await lines('Earlier').getByRole('button').count(), 2);
  await pictures(page, `conversation-${name}`);
  await lines('Earlier')
    .getByRole('button', { name: /Ann Shop/ })
    .click();
  await body('What would a crane cost?');
  assert.ok(
    await row.evaluate((element) => element.matches('.is-selected.is-unread')),
    'one is unread still',
  );
  await lines('Later')
    .getByRole('button', { name: /Bert Yard/ })
    .click();
  await body('Four hundred a day.');
  await page.locator('.mail-row:not(.is-unread)', { hasText: subject }).waitFor();
  await row.hover();
  await row.locator('[data-action=archive]').click();
  await row.waitFor({ state: 'detached' });
  const boxes = async () => {
    const filter = encodeURIComponent(JSON.stringify({ email, subject: { $includes: subject } }));
    const { data } = await call(site.url, site.token, `mailMessages:listPerson?filter=${filter}`);
    return data.map(({ boxType, outgoing }) => (outgoing ? 'on its way' : boxType)).join();
  };
  await until(async () => (await boxes()) === 'archive,archive,archive', 'not all of it was archived');
}

/** Looks for what the conversation said, then for what only the provider has. */
export async function searchFor({ simulator, site, page, email, type, name }) {
  const results = page.getByRole('listbox', { name: 'Search results' });
  const box = page.getByRole('textbox', { name: 'Search emails' });
  await page.keyboard.press('/');
  await page.keyboard.type(`from:bert hundred "${name}"`);
  await page.keyboard.press('Enter');
  const found = results.locator('.mail-row', { hasText: `Crane hire ${name}` });
  await found.locator('mark', { hasText: 'hundred' }).waitFor();
  assert.equal(await results.locator('.mail-row').count(), 1);
  await found.click();
  await page.locator('iframe.mail-frame').contentFrame().getByText('Four hundred a day.').waitFor();

  await call(site.url, site.token, 'mail:pauseAccount', { body: { email, type, paused: true } });
  const old = { mailbox: email, subject: `Zeppelin ${name}`, html: '<p>It <b>flies</b>.</p>' };
  await control(simulator, 'deliver', { ...old, date: '2019-05-01T10:00:00Z' });
  await box.fill('zeppelin');
  await box.press('Enter');
  await page.getByText('Nothing kept here matches your search').waitFor();
  await page.getByRole('button', { name: 'Search at the provider too' }).click();
  const there = page
    .getByRole('region', { name: email })
    .locator('.mail-found', { hasText: `Zeppelin ${name}` });
  await there.getByText('Only at the provider').waitFor();
  await there.click();
  await page.locator('iframe.mail-frame').contentFrame().locator('b', { hasText: 'flies' }).waitFor();
  await page.getByText('This email is only at the provider').waitFor();
  await picture(page, `search-provider-${name}`);
  await call(site.url, site.token, 'mail:pauseAccount', { body: { email, type, paused: false } });
  await box.fill('crane');
  await box.press('Enter');
  await found.waitFor();
  await pictures(page, `search-${name}`, () => found.waitFor());
  await box.press('Escape');
  await page.getByRole('listbox', { name: 'Inbox' }).waitFor();
}

/** An email that isn't what it says is told so; images of a trusted sender are shown unasked, until that is taken back. */
export async function readWithCare({ simulator, page, email, name }) {
  const sender = `news.${name}@mailer.example`;
  const deliver = (subject) =>
    control(simulator, 'deliver', {
      mailbox: email,
      subject: `${subject} ${name}`,
      from: `"desk@bank.example" <${sender}>`,
      replyTo: 'else@where.example',
      html: `<p><a href="https://evil.example/">https://www.bank.example/login</a></p><img src="${simulator.url}/a.png">`,
    });
  const open = (subject) => page.locator('.mail-row', { hasText: `${subject} ${name}` }).click();
  await deliver('First warning');
  await deliver('Second warning');
  await page.getByRole('button', { name: 'Sync emails', exact: true }).click();
  await open('First warning');
  const reader = page.locator('.mail-reader');
  for (const hint of [
    `The sender’s name shows desk@bank.example, but the email comes from ${sender}.`,
    'A link says www.bank.example, but leads to evil.example.',
    'Answers go to else@where.example, not to the sender’s address.',
  ])
    await reader.getByText(hint).waitFor();
  await pictures(page, `hints-${name}`);
  await reader.getByRole('button', { name: `Always show images of ${sender}` }).click();
  const always = reader.getByText(`Images of ${sender} are always shown.`);
  await always.waitFor();
  await open('Second warning');
  await always.waitFor();
  assert.match(await page.locator('iframe.mail-frame').getAttribute('srcdoc'), /img-src[^;]*http/);
  await reader.getByRole('button', { name: 'Ask again' }).click();
  await reader.getByRole('button', { name: 'Show images', exact: true }).waitFor();
  await open('First warning');
  await reader.getByRole('button', { name: 'Show images', exact: true }).waitFor();
  assert.doesNotMatch(await page.locator('iframe.mail-frame').getAttribute('srcdoc'), /img-src[^;]*http/);
}

/**
 * Mail arrives in each lane's mailbox while its inbox is open, found by the schedule alone: it is listed, and counted in the
 * top bar until it is read. What it quotes is folded away, one click from being read.
 */
export async function arriveUnasked({ simulator, site, page }, lanes) {
  const others = await Promise.all(lanes.slice(1).map(() => page.context().newPage()));
  const pages = [page, ...others];
  const unread = async (each) => {
    const label = await each.getByTestId('mail-button').getAttribute('aria-label');
    return Number(/Email, (\d+) unread/.exec(label)?.[1] ?? 0);
  };
  const counts = (each, count) =>
    until(async () => (await unread(each)) === count, `the icon did not count ${count}`);
  for (const [index, { address }] of lanes.entries()) {
    await pages[index].goto(address);
    await pages[index].locator('.mail-row[data-message]').first().waitFor();
  }
  const before = (await call(site.url, site.token, 'mail:messageUnreadCount')).data.count;
  for (const each of pages) await counts(each, before);
  for (const { email, name, quote } of lanes)
    await control(simulator, 'deliver', {
      ...{ mailbox: email, subject: `Unasked ${name}` },
      html: `<p>New words</p>${quote('Old words')}`,
    });
  // As when the interval has passed: what looks for mail then is the schedule.
  await inDatabase(site, (client) => client.query('UPDATE "mailAccounts" SET "nextSyncAt" = now()'));
  const rows = lanes.map(({ name }, index) =>
    pages[index].locator('.mail-row.is-unread', { hasText: `Unasked ${name}` }),
  );
  for (const row of rows) await row.waitFor();
  for (const each of pages) await counts(each, before + lanes.length);
  for (const [index, each] of pages.entries()) {
    await rows[index].click();
    const mail = each.locator('iframe.mail-frame').contentFrame();
    await mail.getByText('New words').waitFor();
    assert.equal(await mail.getByText('Old words').isVisible(), false);
    await mail.locator('summary').press('Enter');
    await mail.getByText('Old words').waitFor();
    await picture(each, `reading-quote-${lanes[index].name}`);
    for (const one of pages) await counts(one, before + lanes.length - index - 1);
  }
  for (const each of others) await each.close();
}
