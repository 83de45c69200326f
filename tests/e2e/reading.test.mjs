// Reading mail in a real NocoBase and a real browser, in both lanes and with both providers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mailboxes } from '../../js/tools/demo-settings.mjs';
import { firstSync, linkMailbox } from '../../js/tools/demo/link.mjs';
import { gather, openTrap, receive, sample, storeRaw, whole } from './support/hostile.mjs';
import { arriveUnasked, readConversation, readWithCare, searchFor } from './support/reading.mjs';
import { openSite } from './support/site.mjs';

const SIZE = 20;
const LANES = [
  ['/', '', 'google'],
  ['/v/', '/v', 'microsoft'],
];
/** So many hostile emails are shown at once where all are, and are opened one by one elsewhere. */
const AT_ONCE = 20;

let opened, site, browser, page;

before(async () => {
  const sizes = Object.entries(mailboxes).map(([type, email]) => [type, `${email}:${SIZE}`]);
  opened = await openSite(Object.fromEntries(sizes));
  ({ site, browser, page } = opened);
  for (const [type, email] of Object.entries(mailboxes))
    await firstSync(site.url, site.token, await linkMailbox(site.url, site.token, type, email));
});

after(() => opened?.close());

const inbox = (prefix, email) => `${site.url}${prefix}/admin/mail?mailbox=${encodeURIComponent(email)}`;

test('mail that the schedule finds shows in both lanes without a reload, counted until it is read, its quote folded away', () =>
  arriveUnasked(
    opened,
    LANES.map(([, prefix, type]) => ({
      address: inbox(prefix, mailboxes[type]),
      email: mailboxes[type],
      name: prefix ? 'v' : 'root',
      quote: (text) =>
        prefix
          ? `<div id="divRplyFwdMsg">From: Ann</div><p>${text}</p>`
          : `<div class="gmail_quote">${text}</div>`,
    })),
  ));

for (const [lane, prefix, type] of LANES) {
  const email = mailboxes[type];
  const name = prefix ? 'v' : 'root';

  test(`a conversation in the lane ${lane} is one row, opened email by email and archived as a whole`, async () => {
    await page.goto(inbox(prefix, email));
    await readConversation({ ...opened, email, name });
  });

  test(`a search in the lane ${lane} finds what is kept in any box, and ${type} what is not`, () =>
    searchFor({ ...opened, email, type, name }));

  test(`an email in the lane ${lane} that isn't what it says is told so, and a sender's images can be trusted`, () =>
    readWithCare({ ...opened, email, name }));
}

for (const [lane, prefix, type] of LANES) {
  const email = mailboxes[type];
  const mails = prefix ? sample(AT_ONCE) : whole();

  test(`${mails.length} hostile emails run nothing in the lane ${lane}, and ask for nothing before their reader does`, async (context) => {
    await receive(opened, email, mails);
    const trap = await openTrap(opened);
    context.after(() => trap.close());
    const shown = prefix ? mails : await gather(opened, email, mails, AT_ONCE);
    await trap.page.goto(inbox(prefix, email));
    await trap.walk(shown);
    const nothing = { ran: 0, elsewhere: [], opened: [], dialogs: 0, errors: [] };
    assert.deepEqual(await trap.seen(), nothing);
  });
}

test('where neither the module nor the frame guards their reader, the same mails do harm and are noticed', async (context) => {
  const email = mailboxes.microsoft;
  await storeRaw(opened, email, sample(AT_ONCE));
  const trap = await openTrap(opened, { guarded: false });
  context.after(() => trap.close());
  await trap.page.goto(inbox('/v', email));
  await assert.rejects(trap.walk(sample(AT_ONCE)), /brought pages with it/);
  const { ran, elsewhere } = await trap.seen();
  assert.ok(ran > 0 && elsewhere.length > 0, `${ran} ran, ${elsewhere.length} requests`);
});

test('no page threw an error', () => assert.deepEqual(browser.errors, []));
