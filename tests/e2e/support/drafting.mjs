// Drafts in the browser, and mail that waits to be sent.
import assert from 'node:assert/strict';
import { call } from '../../../js/tools/nocobase/api.mjs';
import { picture } from './browser.mjs';
import { composer, fill, writeText } from './compose.mjs';

/** A draft written here stays one, starred and put back; mail that waits is called off where it is read. */
export async function keepDraft({ page, site, token, email, name, inbox, rowOf, go, gone, act }) {
  const write = (action, subject, more) =>
    call(site.url, token, action, {
      body: {
        ...{ accountEmail: email, to: ['ann@customer.example'], subject: `${subject} ${name}` },
        ...{ body: '<p>Good morning</p>', ...more },
      },
    });
  const closeComposer = async (button) => {
    await composer(page).getByText('Good morning').waitFor();
    await composer(page).getByRole('button', { name: button }).click();
    await composer(page).waitFor({ state: 'detached' });
  };
  await write('mail:messageSavingDraft', 'Own draft');
  await write('mail:messageSend', 'Waiting', {
    scheduleSendAt: new Date(Date.now() + 864e5),
  });
  await page.goto(inbox);
  const part = (action) => rowOf('Own draft').locator(`[data-action=${action}]`);
  await go('Own draft', 'draft');
  await rowOf('Own draft').hover();
  assert.equal(await part('archive').count(), 0);
  await part('star').click();
  await rowOf('Own draft').locator('.mail-star-on').waitFor();
  await part('trash').click();
  await gone('Own draft');
  await (await go('Own draft', 'trash')).click();
  await picture(page, `organise-draft-${name}`);
  await act('Put back');
  await gone('Own draft');
  await (await go('Own draft', 'draft')).click();
  await closeComposer('Save and close');
  await rowOf('Own draft').locator('.mail-star-on').waitFor();

  await (await go('Waiting', 'scheduled')).click();
  const notice = page.locator('.mail-reader').getByRole('region', { name: 'Scheduled' });
  await notice.getByText('Will be sent on').waitFor();
  await page.keyboard.press('#');
  await page.getByText('cancel its sending first').waitFor();
  await picture(page, `organise-scheduled-${name}`);
  await notice.getByRole('button', { name: 'Cancel and edit' }).click();
  await closeComposer('Discard the draft');
  await gone('Waiting');
}

/** A draft outlives a reload, of two tabs one is told, and it is offered again to the same person. */
export async function shareDraft({ page, name, drafts, centre, write, boxOf }) {
  await centre();
  const form = await write();
  await fill(form, 'To', `zoe.${name}@customer.example,`);
  await form.getByLabel('Subject', { exact: true }).fill(`Draft ${name}`);
  await writeText(page, form, 'First words');
  await form.locator('[data-draft=saved]').waitFor();
  await page.reload();
  await boxOf('draft').click();
  await page
    .locator('.mail-row', { hasText: `Draft ${name}` })
    .first()
    .click();
  await composer(page).getByText('First words').waitFor();

  const other = await page.context().newPage();
  await other.goto(drafts);
  await other
    .locator('.mail-row', { hasText: `Draft ${name}` })
    .first()
    .click();
  await writeText(other, composer(other), 'Their ');
  await composer(other).locator('[data-draft=saving], [data-draft=unsaved]').waitFor();
  await composer(other).locator('[data-draft=saved]').waitFor();
  await writeText(page, composer(page), 'My ');
  await composer(page).getByText('This draft was changed in another window').waitFor();
  await picture(page, `compose-conflict-${name}`);
  await composer(page).getByRole('button', { name: 'Show the other version' }).click();
  await composer(page).getByText('Their First words').waitFor();
  await composer(page).getByRole('button', { name: 'Save and close' }).click();
  await composer(page).waitFor({ state: 'detached' });
  await other.close();

  const fresh = await write();
  await fill(fresh, 'To', `zoe.${name}@customer.example,`);
  await fresh.getByRole('button', { name: 'Continue it' }).click();
  await fresh.getByText('Their First words').waitFor();
  await fresh.getByRole('button', { name: 'Discard the draft' }).click();
}
