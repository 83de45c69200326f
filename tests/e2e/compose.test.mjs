// Writing in the Email centre, in both lanes of a real NocoBase: what is written leaves the simulated providers exactly so, and
// nothing that was written is lost.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { mailboxes } from '../../js/tools/demo-settings.mjs';
import { firstSync, linkMailbox } from '../../js/tools/demo/link.mjs';
import { call, until } from '../../js/tools/nocobase/api.mjs';
import { picture } from './support/browser.mjs';
import { assertAccessible } from './support/accessibility.mjs';
import { composer, fill, LONG, pick, PNG, undo, useTheme, writeText } from './support/compose.mjs';
import { shareDraft } from './support/drafting.mjs';
import { control, sentMails } from './support/simulator.mjs';
import { openSite } from './support/site.mjs';

const SIZE = 40;
/** Each lane with its provider; the looks are shared between them. */
const LANES = [
  {
    lane: '/',
    prefix: '',
    type: 'google',
    email: mailboxes.google,
    looks: [
      ['dark', 1400, 900],
      ['default', 400, 800],
    ],
  },
  {
    lane: '/v/',
    prefix: '/v',
    type: 'microsoft',
    email: mailboxes.microsoft,
    looks: [
      ['dark', 400, 800],
      ['default', 1400, 900],
    ],
  },
];

let opened, simulator, site, browser, page, token;

before(async () => {
  const sizes = Object.entries(mailboxes).map(([type, email]) => [type, `${email}:${SIZE}`]);
  opened = await openSite(Object.fromEntries(sizes));
  ({ simulator, site, browser, page, token } = opened);
  for (const [type, email] of Object.entries(mailboxes))
    await firstSync(site.url, token, await linkMailbox(site.url, token, type, email));
});

after(() => opened?.close());

for (const { lane, prefix, type, email, looks } of LANES) {
  const centre = () => page.goto(`${site.url}${prefix}/admin/mail?mailbox=${encodeURIComponent(email)}`);
  const boxOf = (box) => page.getByRole('region', { name: email }).locator(`[data-box=${box}]`);
  const write = async () => {
    await page.getByRole('button', { name: 'New mail' }).click();
    const form = composer(page);
    await form.getByRole('textbox', { name: 'Text of the email' }).waitFor();
    return form;
  };
  const sentWith = async (subject) =>
    (await sentMails(simulator, email)).filter((mail) => mail.subject === subject);
  const untilSent = async (subject) => {
    await until(async () => (await sentWith(subject)).length > 0, `"${subject}" was not sent`);
    const sent = await sentWith(subject);
    assert.equal(sent.length, 1, 'it was sent once');
    return sent[0];
  };
  // What is the same for every provider is tried in one of the lanes.
  const tryIn = (only, name, work) => lane === only && test(`in ${lane} ${name}`, work);
  // A mail can be taken back for a while: what has been sent is looked at together, at the end.
  const checks = [];
  const whenSent = (subject, check) => checks.push(async () => check(await untilSent(subject)));
  const deliver = async (mail) => {
    await control(simulator, 'deliver', { mailbox: email, ...mail });
    await call(site.url, token, 'mail:messagesSync', { body: { emails: [email] } });
    await page.locator('.mail-row', { hasText: mail.subject }).first().click({ timeout: LONG });
    await page.getByRole('article', { name: mail.subject }).waitFor();
  };

  test(`in ${lane} a new mail with files and a picture leaves as it was written, once, however often Send is clicked`, async () => {
    await centre();
    const form = await write();
    const pdf = Buffer.from(Array.from({ length: 90_000 }, (_, index) => index % 251));
    await fill(form, 'To', 'Ann Lee <ann@customer.example>, bo@customer.example,');
    await form.getByRole('button', { name: 'Cc', exact: true }).click();
    await fill(form, 'Cc', 'cy@customer.example;');
    await form.getByRole('button', { name: 'Bcc', exact: true }).click();
    await fill(form, 'Bcc', 'di@customer.example,');
    await form.getByLabel('Subject', { exact: true }).fill(`Angebot für Grün – 报价 ${type}`);
    await writeText(page, form, 'Hello Ann,');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+b');
    await page.keyboard.type('Here it is. ');
    await page.keyboard.press('Control+b');
    await pick(page, form, 'Attach files', [
      { name: 'offer.pdf', mimeType: 'application/pdf', buffer: pdf },
      { name: '报价.txt', mimeType: 'text/plain', buffer: Buffer.from('2026') },
    ]);
    await pick(page, form, 'Picture in the text', [{ name: 'dot.png', mimeType: 'image/png', buffer: PNG }]);
    await form.locator('[data-draft=saved]').waitFor();
    await form.getByText('报价.txt').waitFor();
    await picture(page, `compose-${type}`);
    await form.getByRole('button', { name: 'Send', exact: true }).dblclick();
    await form.waitFor({ state: 'detached' });
    whenSent(`Angebot für Grün – 报价 ${type}`, (sent) => {
      assert.deepEqual(
        [sent.from.address, sent.to, sent.cc, sent.bcc],
        [
          email,
          ['ann@customer.example', 'bo@customer.example'],
          ['cy@customer.example'],
          ['di@customer.example'],
        ],
      );
      assert.match(sent.html, /Hello Ann,<\/p>.*<strong>Here it is\. <\/strong>/s);
      const hash = (bytes) => createHash('sha256').update(bytes).digest('base64');
      const [shown] = sent.attachments.filter(({ contentId }) => contentId);
      assert.ok(sent.html.includes(`cid:${shown.contentId}`), 'the picture is shown in the text');
      assert.deepEqual(
        sent.attachments.map(({ filename, sha256 }) => `${filename} ${sha256}`).sort(),
        [`offer.pdf ${hash(pdf)}`, `报价.txt ${hash('2026')}`, `dot.png ${hash(PNG)}`].sort(),
      );
    });
  });

  test(`in ${lane} a reply to all goes to everybody but oneself, behind the mail, with the quotation folded`, async () => {
    await centre();
    const subject = `Question ${type}`;
    const cc = `cy@customer.example, ${email}`;
    await deliver({
      subject,
      from: 'Ann <ann@customer.example>',
      to: `${email}, bo@customer.example`,
      cc,
      text: 'What does it cost?',
    });
    await page.keyboard.press('a');
    const form = composer(page);
    await form.getByRole('button', { name: 'Remove Ann' }).waitFor();
    await form.getByRole('button', { name: 'Show the quoted email' }).click();
    await form.frameLocator('iframe').getByText('What does it cost?').waitFor();
    await picture(page, `compose-reply-${type}`);
    await form.getByRole('button', { name: 'Fold the quoted email' }).click();
    await writeText(page, form, 'Nine euros.');
    await page.keyboard.press('Control+Enter');
    await form.waitFor({ state: 'detached' });
    whenSent(`Re: ${subject}`, (sent) => {
      assert.deepEqual(
        [sent.to, sent.cc],
        [['ann@customer.example', 'bo@customer.example'], ['cy@customer.example']],
      );
      assert.match(sent.html, /Nine euros\..*wrote:.*<blockquote type="cite".*What does it cost\?/s);
      assert.ok(sent.inReplyTo, 'it names the mail it answers');
    });
  });

  test(`in ${lane} a mail is passed on with its files`, async () => {
    await centre();
    const subject = `Plans ${type}`;
    const attachments = [{ filename: 'plan.txt', mimeType: 'text/plain', text: 'ground floor' }];
    await deliver({ subject, from: 'Ann <ann@customer.example>', text: 'The plans.', attachments });
    const answers = page.getByRole('group', { name: 'Answer' });
    await answers.getByRole('button', { name: 'Forward' }).click();
    const form = composer(page);
    await form.getByText('plan.txt').waitFor();
    await fill(form, 'To', 'eve@customer.example,');
    await form.getByRole('button', { name: 'Send', exact: true }).click();
    await form.waitFor({ state: 'detached' });
    whenSent(`Fwd: ${subject}`, (sent) => {
      assert.deepEqual(sent.to, ['eve@customer.example']);
      assert.deepEqual(
        sent.attachments.map(({ filename }) => filename),
        ['plan.txt'],
      );
      assert.match(sent.html, /Forwarded message.*ann@customer\.example.*The plans\./s);
    });
  });

  tryIn('/', 'a template with a variable fills a mail and leaves its signature alone', async () => {
    await centre();
    const accounts = (await call(site.url, token, 'mail:getMailAccounts')).data;
    const { id } = accounts.find((each) => each.email === email);
    const signatures = [
      { id: 's', name: 'Short', content: '<p>Regards, me</p>', default: true },
      { id: 'l', name: 'Long', content: '<p>Yours sincerely</p>', default: false },
    ];
    await call(site.url, token, `mailAccounts:update?filterByTk=${id}`, { body: { config: { signatures } } });
    await page.reload();
    const form = await write();
    await form.getByText('Regards, me').waitFor();
    await form.getByRole('button', { name: 'Signature' }).click();
    await page.getByRole('menuitem', { name: 'Manage signatures…' }).click();
    await page.getByRole('button', { name: 'Delete Long' }).click();
    const question = page.getByRole('dialog', { name: 'Delete the signature “Long”?' });
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Delete Long' }).click();
    await question.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete Long' }).waitFor({ state: 'detached' });
    const left = (await call(site.url, token, 'mail:getMailAccounts')).data.find((each) => each.id === id);
    assert.deepEqual(left.config.signatures, signatures.slice(0, 1));
    await page.locator('.ant-modal-close').last().click();
    await form.getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('menuitem', { name: 'Manage templates…' }).click();
    await page.getByRole('button', { name: 'New template' }).click();
    const dialog = page.locator('.ant-modal-content').last();
    await dialog.getByLabel('Name').fill(`Offer ${type}`);
    await dialog.getByLabel('Subject').fill('Offer for {{company}}');
    await writeText(page, dialog, 'Dear {{company}}, welcome.', 'Text');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText(`Offer ${type}`).waitFor();
    await page.locator('.ant-modal-close').last().click();
    await fill(form, 'To', 'ann@customer.example,');
    await form.getByRole('textbox', { name: 'Text of the email' }).locator('p').first().click();
    await form.getByRole('button', { name: 'Templates' }).click();
    await page.getByRole('menuitem', { name: `Offer ${type}` }).click();
    await page.getByLabel('company').fill('Ann & Co');
    await page.getByRole('button', { name: 'Insert' }).click();
    await form.getByText('Dear Ann & Co, welcome.').waitFor();
    await form.getByRole('button', { name: 'Send', exact: true }).click();
    await form.waitFor({ state: 'detached' });
    whenSent('Offer for Ann & Co', (sent) => {
      assert.match(
        sent.html,
        /Dear Ann &amp; Co, welcome\..*<div class="gmail_signature"><p[^>]*>Regards, me/s,
      );
    });
  });

  tryIn('/v/', 'a mail is sent later, and comes back to be edited', async () => {
    await centre();
    const form = await write();
    await fill(form, 'To', 'ann@customer.example,');
    await writeText(page, form, 'Good morning');
    await form.getByRole('button', { name: 'Send later' }).click();
    await page.getByRole('menuitem', { name: /Choose a date/ }).click();
    const dialog = page.getByRole('dialog', { name: 'When shall it be sent?' });
    await dialog.getByRole('button', { name: 'Cancel' }).press('Control+Enter');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await form.getByRole('button', { name: 'Send later' }).click();
    await page.getByRole('menuitem', { name: /Tomorrow morning/ }).click();
    await form.getByText('There is no subject.').waitFor();
    await form.getByRole('button', { name: 'Send anyway' }).click();
    await form.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Outbox' }).click();
    const entry = page.locator('[data-outbox]', { hasText: 'ann@customer.example' });
    await entry.getByText('Scheduled').waitFor();
    await picture(page, `compose-outbox-${type}`);
    await entry.getByRole('button', { name: 'Cancel and edit' }).click();
    await composer(page).getByText('Good morning').waitFor();
    const listed = (await call(site.url, token, 'mailOutbox:list')).data;
    assert.deepEqual(
      listed.filter(({ scheduleSendAt }) => scheduleSendAt),
      [],
    );

    await page.context().setOffline(true);
    await writeText(page, composer(page), 'Dear Ann, ');
    await composer(page).getByRole('button', { name: 'Save and close' }).click();
    const question = page.getByRole('dialog', { name: 'This email is not saved' });
    await question.getByRole('button', { name: 'Go on writing' }).click();
    await page.context().setOffline(false);
    await composer(page).getByRole('button', { name: 'Save and close' }).click();
    await composer(page).waitFor({ state: 'detached' });
    const drafts = (await call(site.url, token, 'mailMessages:listPerson?filter[isDraft]=true')).data;
    const saved = drafts.filter(({ preview }) => preview === 'Dear Ann, Good morning');
    assert.equal(saved.length, 1);
  });

  tryIn(
    '/v/',
    'a draft outlives a reload, is offered again to the same person, and of two tabs one is told',
    () =>
      shareDraft({
        page,
        name: type,
        drafts: `${site.url}${prefix}/admin/mail?box=draft`,
        centre,
        write,
        boxOf,
      }),
  );

  test(`in ${lane} what was sent is at ${type} as it was written, and among the sent emails`, async () => {
    for (const check of checks) await check();
    await call(site.url, token, 'mail:messagesSync', { body: { emails: [email] } });
    await boxOf('out').click();
    await page.locator('.mail-row', { hasText: 'Angebot für Grün' }).first().waitFor();
  });

  const sendRefused = async () => {
    const path = type === 'google' ? '/send' : '/messages';
    await control(simulator, 'fault', { provider: type, method: 'POST', path, status: 400, count: 0 });
    const form = await write();
    await fill(form, 'To', 'ann@customer.example,');
    await form.getByLabel('Subject', { exact: true }).fill(`Refused ${type}`);
    await writeText(page, form, 'Hello');
    await page.keyboard.press('Control+Enter');
    await form.waitFor({ state: 'detached' });
  };
  const sendForgetful = async () => {
    const form = await write();
    await fill(form, 'To', 'half@,');
    await writeText(page, form, 'See the attached file.');
    await page.keyboard.press('Control+Enter');
    await form.getByText('half@ is not a complete e-mail address').waitFor();
    await form.getByRole('button', { name: 'Remove half@' }).click();
    await fill(form, 'To', 'an');
    await page.getByRole('option', { name: 'ann@customer.example' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    while (!(await page.locator('[role=option][aria-selected=true]').innerText()).includes('ann@customer'))
      await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await form.getByRole('button', { name: 'Remove Ann', exact: true }).waitFor();
    await form.getByRole('button', { name: 'Send', exact: true }).click();
    await form
      .getByText('There is no subject, and the text speaks of a file that is not attached.')
      .waitFor();
    await form.getByRole('button', { name: 'Send anyway' }).click();
    await form.waitFor({ state: 'detached' });
  };
  // A refusal comes when the time to take the mail back is over: another mail is written meanwhile.
  tryIn(
    '/',
    'what may have been forgotten is said once, Undo brings a mail back, and a refusal says so, with a way out',
    async () => {
      await centre();
      await sendRefused();
      // Its own notice is not the one that is taken back below.
      await page.locator('.mail-undo').waitFor({ state: 'detached' });
      await sendForgetful();
      await undo(page, 'On its way');
      const again = composer(page);
      await again.getByText('See the attached file.').waitFor();
      assert.deepEqual(await sentWith(''), []);
      await again.getByRole('button', { name: 'Discard the draft' }).click();
      await again.waitFor({ state: 'detached' });
      await undo(page, 'Draft discarded');
      await composer(page).getByText('See the attached file.').waitFor();
      await composer(page).getByRole('button', { name: 'Discard the draft' }).click();

      await page.getByRole('button', { name: 'Look at it' }).click({ timeout: LONG });
      const entry = page.locator('[data-outbox]', { hasText: `Refused ${type}` });
      await entry.getByRole('alert').waitFor();
      await picture(page, `compose-failed-${type}`);
      await control(simulator, 'clear-faults', {});
      await entry.getByRole('button', { name: 'Send again' }).click();
      await untilSent(`Refused ${type}`);
      await page.keyboard.press('Escape');
    },
  );

  test(`in ${lane} nothing serious keeps anybody from using the composer, wide or narrow, light or dark`, async () => {
    for (const [theme, width, height] of looks) {
      await page.setViewportSize({ width, height });
      await useTheme(site.url, token, theme);
      await centre();
      if (width < 700) await page.getByRole('button', { name: 'Mailboxes' }).click();
      const form = await write();
      await fill(form, 'To', 'ann@customer.example,half@,');
      await writeText(page, form, 'Hello');
      await assertAccessible(page, '.mail-composer', `compose-${theme}-${width}-${type}`);
      await form.getByRole('button', { name: 'Discard the draft' }).click();
    }
    await page.setViewportSize({ width: 1400, height: 900 });
  });
}

test('no page has thrown', () => assert.deepEqual(browser.errors, []));
