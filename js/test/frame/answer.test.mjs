// How an open email is answered.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openStage } from './stage.mjs';

const mail = { id: 1, accountId: 9, mailId: 'm', email: 'a@b.example', isRead: true, boxType: 'in' };

async function openMail(context, message) {
  const page = await openStage(context, ({ url }) =>
    url === 'mailMessages:get' ? { ...mail, ...message } : [],
  );
  await page.evaluate(() => {
    window.answered = [];
    window.stage.compose.answer = ({ id }, mode) => window.answered.push([id, mode]);
    window.stage.show('Reader', { id: 1 });
  });
  await page.getByRole('article').getByRole('heading').waitFor();
  return page;
}

test('an email is answered above its text and below it', async (context) => {
  const page = await openMail(context, { subject: 'Crane', bodyText: 'What would it cost?' });
  const places = [
    page.getByRole('toolbar', { name: 'What to do with it' }),
    page.getByRole('group', { name: 'Answer' }),
  ];
  for (const place of places)
    for (const name of ['Reply', 'Reply to all', 'Forward'])
      await place.getByRole('button', { name, exact: true }).click();
  const all = ['reply', 'replyAll', 'forward'].map((mode) => [1, mode]);
  assert.deepEqual(await page.evaluate(() => window.answered), [...all, ...all]);
  const [above, below] = await Promise.all(
    [page.locator('iframe'), places[1]].map(async (place) => (await place.boundingBox()).y),
  );
  assert.ok(above < below);
});

test('a draft, and the mail of another, are not answered', async (context) => {
  for (const message of [{ isDraft: true, boxType: 'draft' }, { readOnly: true }, { mailId: null }]) {
    const page = await openMail(context, message);
    assert.equal(await page.getByRole('button', { name: 'Forward' }).count(), 0);
  }
});

test('each icon of the buttons for an email is its own', async (context) => {
  const page = await openMail(context, { bodyText: '' });
  await page.evaluate(() => {
    const folders = [{ id: 'F', name: 'Customers', boxType: 'archive' }];
    const targets = [{ accountId: 9, organises: true, deletesForGood: false, folders }];
    window.stage.show('Reader', { id: 1, organising: { labels: [], targets, apply: () => undefined } });
  });
  const toolbar = page.getByRole('toolbar', { name: 'What to do with it' });
  await toolbar.getByRole('button', { name: 'Move to', exact: true }).waitFor();
  const icons = await toolbar.locator('svg').evaluateAll((all) => all.map((icon) => icon.innerHTML));
  assert.ok(icons.length > 8);
  assert.equal(new Set(icons).size, icons.length);
});

test('the quotation comes with the editor, and stays where it is pressed', async (context) => {
  const proposal = { to: [{ address: 'ann@x.example', name: 'Ann' }], cc: [], subject: 'Re: Crane' };
  const answers = {
    'mailMessages:get': { ...mail, subject: 'Crane', from: 'ann@x.example', bodyText: 'What would it cost?' },
    'mail:replyProposal': proposal,
  };
  const page = await openStage(context, ({ url }) => answers[url] ?? []);
  let letOn;
  const halted = new Promise((resolve) => (letOn = resolve));
  await page.route('**/editor.js', async (route) => {
    await halted;
    await route.fallback();
  });
  await page.evaluate(() => window.stage.show('WritingRoom'));
  await page.waitForFunction(() => window.stage.compose.ready && window.stage.compose.answer);
  await page.evaluate(() => window.stage.compose.answer({ id: 1 }, 'reply'));
  await page.getByRole('button', { name: 'Remove Ann' }).waitFor();
  await page.locator('.mail-editor-loading').waitFor();
  const unfold = page.getByRole('button', { name: 'Show the quoted email' });
  assert.equal(await unfold.count(), 0);
  letOn();
  await unfold.hover();
  assert.ok(await page.getByRole('textbox', { name: 'Text of the email' }).isVisible());
  await unfold.click();
  await page.frameLocator('iframe').getByText('What would it cost?').waitFor();
});
