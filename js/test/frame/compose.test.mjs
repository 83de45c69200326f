// The composers around the Email centre: what is written is not lost.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openStage } from './stage.mjs';

const outgoing = { subject: 'Crane', to: [{ address: 'ann@x.example' }], cc: [], bcc: [] };

const opened = (page) => page.locator('.mail-composer');

/** The room for writing, with a server that knows what is given, and with what a crash of the tab left behind. */
async function openRoom(context, answers = {}, unsaved = []) {
  const page = await openStage(context, (call) => answers[call.url]?.(call) ?? []);
  await page.evaluate((unsaved) => {
    for (const [name, kept] of unsaved.entries())
      sessionStorage.setItem(`email-manager:unsaved:${name}`, JSON.stringify(kept));
  }, unsaved);
  await page.evaluate(() => window.stage.show('WritingRoom'));
  await page.waitForFunction(() => window.stage.compose.ready && window.stage.compose.write);
  return page;
}

test('Escape puts a composer away, but not while a word is being composed', async (context) => {
  const page = await openRoom(context);
  await page.evaluate(() => window.stage.compose.write(null));
  const subject = opened(page).getByLabel('Subject');
  await subject.waitFor();
  await subject.dispatchEvent('keydown', { key: 'Escape', bubbles: true, isComposing: true });
  assert.match(await opened(page).getAttribute('class'), /is-docked/);
  await subject.press('Escape');
  assert.match(await opened(page).getAttribute('class'), /is-minimised/);
});

test('Escape closes what a button of the composer has opened, and nothing else', async (context) => {
  const page = await openRoom(context);
  await page.evaluate(() => window.stage.compose.write(null));
  await opened(page).getByRole('textbox', { name: 'Text of the email' }).waitFor();
  for (const [name, content] of [
    ['Send later', page.getByRole('menuitem', { name: 'Choose a date and time…' })],
    ['Templates', page.getByRole('menuitem', { name: 'Manage templates…' })],
    ['Signature', page.getByRole('menuitem', { name: 'No signature' })],
    ['Table', page.getByRole('menuitem', { name: 'Insert a table' })],
    ['Text colour', page.getByRole('group', { name: 'Text colour' })],
    ['Link', page.getByLabel('Address of the link')],
  ]) {
    const button = opened(page).getByRole('button', { name, exact: true });
    await button.click();
    await content.waitFor();
    await page.keyboard.press('Escape');
    await content.waitFor({ state: 'hidden' });
    assert.match(await opened(page).getAttribute('class'), /is-docked/, name);
    assert.ok(await button.evaluate((element) => element === document.activeElement), name);
  }
  await page.keyboard.press('Escape');
  assert.match(await opened(page).getAttribute('class'), /is-minimised/);
});

test('a discarded mail comes back by Undo, however many composers are open meanwhile', async (context) => {
  const page = await openRoom(context);
  const write = () => page.evaluate(() => window.stage.compose.write(null));
  await write();
  await opened(page).getByLabel('Subject').fill('Crane');
  await opened(page).getByRole('button', { name: 'Discard the draft' }).click();
  for (let count = 0; count < 3; count += 1) await write();
  await opened(page).nth(2).waitFor();
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  const again = page.getByRole('dialog', { name: 'Crane' });
  await again.waitFor();
  assert.equal(await opened(page).count(), 4);
  assert.equal(await again.getByLabel('Subject').isVisible(), false);
  await again.getByRole('button', { name: 'Restore' }).click();
  await again.getByLabel('Subject').waitFor();

  await write();
  await page.getByText('Finish or close one of the open emails first.').waitFor();
  assert.equal(await opened(page).count(), 4);
});

test('a mail in the outbox is not discarded without a question', async (context) => {
  const entry = { ...outgoing, id: 5, state: 'failed' };
  const resolved = [];
  const page = await openRoom(context, {
    'mailOutbox:list': () => [entry],
    'mailOutbox:resolve': ({ data }) => {
      resolved.push(data);
      return {};
    },
  });
  await page.evaluate(() => window.stage.compose.showOutbox());
  const discard = page.locator('[data-outbox]').getByRole('button', { name: 'Discard' });
  const question = page.getByRole('dialog', { name: 'Discard this email?' });
  await discard.click();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await question.waitFor({ state: 'detached' });
  assert.deepEqual(resolved, []);
  await discard.click();
  await question.getByRole('button', { name: 'Discard' }).click();
  await question.waitFor({ state: 'detached' });
  assert.deepEqual(resolved, [{ id: 5, outcome: 'discard' }]);
});

test('what a crash left unsaved becomes the next version of its draft, or a draft of its own', async (context) => {
  const letter = (subject) => ({
    ...{ account: 'me@shop.example', identity: 'me@shop.example', to: [], cc: [], bcc: [], files: [] },
    ...{ subject, text: '<p>What I wrote</p>', quote: '' },
  });
  const saved = [];
  const known = { ...letter('Known'), draft: { id: 7, version: 3 } };
  const left = [known, letter('Second'), letter('Third'), letter('Fourth')];
  const page = await openRoom(
    context,
    {
      'mail:messageSavingDraft': ({ data }) => {
        saved.push([data.subject, data.id, data.version]);
        return { id: data.id ?? 8, version: (data.version ?? 0) + 1 };
      },
    },
    left,
  );
  await page.locator('[data-draft=saved]').nth(3).waitFor({ state: 'attached' });
  assert.deepEqual(saved.sort(), [
    ['Fourth', undefined, undefined],
    ['Known', 7, 3],
    ['Second', undefined, undefined],
    ['Third', undefined, undefined],
  ]);
});

test('a mail that is passed on keeps the pictures whose ids are written with escapes', async (context) => {
  const saved = [];
  const message = {
    ...{ id: 1, accountId: 9, email: 'me@shop.example', subject: 'Crane', bodyHtml: '<img src="cid:a%40b">' },
    attachments: [{ attachmentId: 'p', filename: 'p.png', mimeType: 'image/png', contentId: '<a@b>' }],
  };
  const page = await openRoom(context, {
    'mailMessages:get': () => message,
    'mail:replyProposal': () => ({ to: [], cc: [], subject: 'Fwd: Crane' }),
    'mail:messageSavingDraft': ({ data }) => {
      saved.push(data);
      return { id: 8, version: 1 };
    },
  });
  await page.evaluate(() => window.stage.compose.answer({ id: 1 }, 'forward'));
  await opened(page).getByLabel('Subject').fill('Fwd: Crane again');
  await page.locator('[data-draft=saved]').waitFor();
  assert.deepEqual(
    saved[0].attachments.map(({ filename }) => filename),
    ['p.png'],
  );
});

test('the form of a link that a key opens begins with the link under the cursor, and with nothing beside one', async (context) => {
  const page = await openStage(context, () => []);
  const draw = (link, linking) =>
    page.evaluate(
      ([link, linking]) => {
        const nothing = () => undefined;
        const state = { active: new Set(), color: null, link };
        window.stage.show('Toolbar', { state, linking, setLinking: nothing, run: nothing });
      },
      [link, linking],
    );
  const address = page.getByLabel('Address of the link');
  for (const link of ['https://one.example', 'https://two.example', null]) {
    await draw(link, false);
    await address.waitFor({ state: 'hidden' });
    await draw(link, true);
    await address.waitFor();
    assert.equal(await address.inputValue(), link ?? '');
  }
});

test('a mail that may have been sent is neither sent again nor forgotten before its user says what it is', async (context) => {
  const entry = { ...outgoing, id: 6, state: 'ambiguous' };
  const resolved = [];
  const page = await openRoom(context, {
    'mailOutbox:list': () => (resolved.length === 0 ? [entry] : []),
    'mailOutbox:resolve': ({ data }) => {
      resolved.push(data);
      return {};
    },
  });
  await page.evaluate(() => window.stage.compose.showOutbox());
  const shown = page.locator('[data-outbox]');
  await shown.getByText('Perhaps sent').waitFor();
  assert.match(await shown.getByRole('alert').innerText(), /Look among the sent emails/);
  assert.deepEqual(await shown.getByRole('button').allInnerTexts(), [
    'It was sent',
    'Send again',
    'Edit',
    'Discard',
  ]);
  await shown.getByRole('button', { name: 'It was sent' }).click();
  await page.getByText('Nothing is waiting to be sent').waitFor();
  assert.deepEqual(resolved, [{ id: 6, outcome: 'sent' }]);
});

test('what could not be sent is told by its subject, and no longer once the outbox is open', async (context) => {
  const entries = [];
  const page = await openRoom(context, { 'mailOutbox:list': () => entries });
  const fail = (entry) => {
    entries.push({ ...outgoing, ...entry });
    return page.evaluate((event) => window.stage.emit('mail:outbox', event), entry);
  };
  const notices = page.locator('.ant-notification-notice');
  const said = (text) => notices.filter({ hasText: text }).waitFor();
  await fail({ id: 5, state: 'failed', subject: ' ' });
  await said('An email to ann@x.example could not be sent');
  await notices.locator('.ant-notification-notice-close').click();
  await notices.waitFor({ state: 'detached' });
  await fail({ id: 6, state: 'failed' });
  await said('“Crane” could not be sent');
  await fail({ id: 7, state: 'ambiguous' });
  await said('“Crane” may not have been sent');
  await fail({ id: 8, state: 'failed' });
  await said('2 emails could not be sent');
  assert.equal(await notices.count(), 2);
  await page.evaluate(() => window.stage.compose.showOutbox());
  await page.locator('[data-outbox]').nth(3).waitFor();
  await page.waitForFunction(() => !document.querySelector('.ant-notification-notice'));
  await fail({ id: 9, state: 'failed' });
  await page.locator('[data-outbox]').nth(4).waitFor();
  assert.equal(await notices.count(), 0);
});

test('why a mail was not sent is not covered by what the button says', async (context) => {
  const page = await openRoom(context);
  await page.evaluate(() => window.stage.compose.write(null));
  const send = opened(page).getByRole('button', { name: 'Send', exact: true });
  await send.hover();
  const hint = page.getByRole('tooltip', { name: 'Ctrl+Enter' });
  await hint.waitFor();
  await send.click();
  await opened(page).getByRole('alert').waitFor();
  await hint.waitFor({ state: 'hidden' });
});

test('the address that a notification leads to opens the outbox, and does not keep that', async (context) => {
  const page = await openRoom(context);
  assert.equal(await page.getByText('Nothing is waiting to be sent').count(), 0);
  await page.evaluate(() => {
    window.stage.search = '?outbox=1&box=out';
    window.stage.show('WritingRoom');
  });
  await page.getByText('Nothing is waiting to be sent').waitFor();
  assert.deepEqual(await page.evaluate(() => window.stage.visited), ['/admin/mail?box=out']);
});
