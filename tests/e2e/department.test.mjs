// The mail of a department, and the activity of the site: a real NocoBase with its departments, a real browser.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { firstSync, linkMailbox } from '../../js/tools/demo/link.mjs';
import { call, until } from '../../js/tools/nocobase/api.mjs';
import { openBrowser, picture, pictures, signInByPage } from './support/browser.mjs';
import { storedIds } from './support/mail.mjs';
import { createUser } from './support/people.mjs';
import { openSite } from './support/site.mjs';

const LANES = [
  ['/', ''],
  ['/v/', '/v'],
];
const EMAIL = 'alice@gmail.example';
const MEMBER = { account: 'member', nickname: 'Mia Member', password: 'member-1234' };
const HEAD = { account: 'head', nickname: 'Hugo Head', password: 'head-1234' };

let opened, site, browser, page, token;

before(async () => {
  opened = await openSite({ google: `${EMAIL}:60` });
  ({ site, browser, page, token } = opened);
});

after(() => opened?.close());

test('the head of a department looks at a member’s mail, which stays as it is, and that is noted', async () => {
  await call(site.url, token, 'pm:enable?filterByTk=departments&awaitResponse=true', { body: {} });
  await until(async () => Boolean(await call(site.url, token, 'departments:list')), 'no departments');
  const head = await createUser(site.url, token, HEAD);
  const member = await createUser(site.url, token, MEMBER);
  await linkMailbox(site.url, member, 'google', EMAIL);
  await firstSync(site.url, member, { type: 'google', email: EMAIL });
  for (const paused of [true, false, true, false])
    await call(site.url, member, 'mail:pauseAccount', { body: { email: EMAIL, paused } });
  const ids = Object.fromEntries(
    (await call(site.url, token, 'users:list?pageSize=50')).data.map(({ username, id }) => [username, id]),
  );
  const { data: sales } = await call(site.url, token, 'departments:create', { body: { title: 'Sales' } });
  const join = (action, ...names) =>
    call(site.url, token, `departments/${sales.id}/${action}`, { body: names.map((name) => ids[name]) });
  await join('members:add', 'member');
  await join('owners:add', 'head');
  await call(site.url, token, 'mail:saveSettings', {
    body: { section: 'general', values: { departmentViewing: true } },
  });
  assert.deepEqual(await storedIds(site.url, head, EMAIL), [], 'their own list has nothing');

  const looking = await openBrowser();
  const refused = [];
  looking.page.on('response', (response) => {
    const [, action] = /\/api\/(mail\w*:\w+)/.exec(response.url()) ?? [];
    if (action && response.status() >= 400) refused.push(`${response.status()} ${action}`);
  });
  await signInByPage(looking.page, site.url, HEAD);
  for (const [, prefix] of LANES) {
    await looking.page.goto(`${site.url}${prefix}/admin/mail`);
    const member = looking.page.locator('[data-member]', { hasText: MEMBER.nickname });
    await member.getByRole('button', { name: MEMBER.nickname }).click();
    await member.locator('[data-box=in]').click();
    const unread = looking.page.locator('.mail-row.is-unread').first();
    const id = await unread.getAttribute('data-message');
    await unread.click();
    await looking.page.getByText(`Email of ${MEMBER.nickname}`).waitFor();
    await looking.page.locator('iframe.mail-frame').waitFor();
    assert.equal(await looking.page.getByRole('button', { name: 'Mark as unread' }).count(), 0);
    await looking.page.waitForTimeout(1500);
    await looking.page.locator(`[data-message="${id}"].is-unread`).waitFor();
    await pictures(looking.page, `centre-department${prefix.replace('/', '-')}`);
  }
  await call(site.url, token, 'mail:saveSettings', {
    body: { section: 'general', values: { departmentViewing: false } },
  });
  await looking.page.locator('.mail-row').nth(1).click();
  await looking.page.getByText('This email is gone').waitFor();
  assert.deepEqual(refused, ['404 mailMessages:get'], 'nothing else was refused on the way');
  await looking.close();
});

for (const [lane, prefix] of LANES) {
  test(`the activity of the site is on the settings page in the lane ${lane}`, async () => {
    await page.goto(`${site.url}${prefix}/admin/settings/mail`);
    const activity = page.locator('.mail-activity');
    await activity.locator('[data-activity]').first().waitFor();
    await activity.getByText('changed General settings: Department viewing').first().waitFor();
    await activity.getByText(`${HEAD.nickname} opened an email of ${MEMBER.nickname}`).first().waitFor();
    await pictures(page, `activity${prefix.replace('/', '-')}`, () => activity.scrollIntoViewIfNeeded());
    const first = await activity.locator('[data-activity]').first().innerText();
    await activity.getByTitle('Next Page').click();
    await until(
      async () => (await activity.locator('[data-activity]').first().innerText()) !== first,
      'the second page is not shown',
    );
    await activity.getByPlaceholder('Address of a mailbox').fill('nobody@example.com');
    await activity.getByRole('button', { name: 'search' }).click();
    await activity.getByText('Nothing of this has happened').waitFor();
    await activity.scrollIntoViewIfNeeded();
    await picture(page, `activity-empty${prefix.replace('/', '-')}`);
  });
}

test('no page threw an error', () => assert.deepEqual(browser.errors, []));
