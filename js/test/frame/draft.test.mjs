// A draft in its composer: what a crash of the tab would leave behind of it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openStage, refusal } from './stage.mjs';

const draft = {
  ...{ id: 7, draftVersion: 3, date: '2026-01-01T00:00:00Z' },
  draft: {
    ...{ accountEmail: 'me@shop.example', identityEmail: 'me@shop.example', to: [], cc: [], bcc: [] },
    ...{ subject: 'Crane', body: '<p>Hello</p>' },
  },
};

async function openDraft(context, save, discard = () => ({})) {
  const answers = {
    'mailMessages:get': () => draft,
    'mail:messageSavingDraft': save,
    'mail:draftDiscard': discard,
  };
  const page = await openStage(context, ({ url, data }) => answers[url]?.(data) ?? []);
  await page.evaluate(() => window.stage.show('WritingRoom'));
  await page.waitForFunction(() => window.stage.compose.ready && window.stage.compose.editDraft);
  await page.evaluate(() => window.stage.compose.editDraft(7));
  await page.getByLabel('Subject').waitFor();
  return page;
}

test('what was typed is kept in the tab with its draft, and as of the version that was saved last', async (context) => {
  let answer;
  const page = await openDraft(context, () => new Promise((resolve) => (answer = resolve)));
  const kept = (version) =>
    page.waitForFunction(
      (version) =>
        Object.entries(sessionStorage).some(
          ([name, text]) =>
            name.startsWith('email-manager:unsaved:') && JSON.parse(text).draft?.version === version,
        ),
      version,
    );
  await page.getByLabel('Subject').fill('Crane A');
  await kept(3);
  await page.locator('[data-draft=saving]').waitFor();
  while (!answer) await page.waitForTimeout(50);
  await page.getByLabel('Subject').fill('Crane B');
  answer({ id: 7, version: 4 });
  await kept(4);
});

test('a draft from which everything was taken is discarded with its composer', async (context) => {
  const discarded = [];
  const saved = () => ({ id: 7, version: 4 });
  const page = await openDraft(context, saved, ({ id }) => {
    discarded.push(id);
    return {};
  });
  const composer = page.locator('.mail-composer');
  await composer.getByLabel('Subject').fill('');
  await composer.getByRole('textbox', { name: 'Text of the email' }).fill('');
  await composer.getByRole('button', { name: 'Close' }).click();
  await composer.waitFor({ state: 'detached' });
  assert.deepEqual(discarded, [7]);
});

test('a draft that was begun at the provider is gone on with in a composer, once, and is not answered', async (context) => {
  const theirs = {
    ...{ id: 3, accountId: 9, mailId: 'm', email: 'me@shop.example', isRead: true },
    ...{ isDraft: true, boxType: 'draft', subject: 'Crane', bodyText: 'Hello' },
  };
  const taken = [];
  const page = await openStage(context, ({ url, params, data }) => {
    if (url === 'mail:draftTakeOver') {
      taken.push(data.id);
      if (taken.length > 1) throw refusal(404, 'this draft was sent, discarded or moved to the trash');
      return { id: 7 };
    }
    if (url === 'mailMessages:get') return params.filterByTk === 3 ? theirs : draft;
    return [];
  });
  await page.evaluate(() => window.stage.show('ReadingRoom', { id: 3 }));
  const edit = page.getByRole('button', { name: 'Edit', exact: true });
  await edit.click();
  const composer = page.locator('.mail-composer');
  await composer.getByText('Hello').waitFor();
  assert.equal(await composer.getByLabel('Subject').inputValue(), 'Crane');
  assert.equal(await page.getByRole('button', { name: 'Reply', exact: true }).count(), 0);
  await edit.click();
  await page.getByText('This draft was sent, discarded or moved to the trash').waitFor();
  assert.deepEqual(taken, [3, 3]);
  assert.equal(await composer.count(), 1);
});
