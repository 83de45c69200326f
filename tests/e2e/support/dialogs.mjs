// Everything that opens over the pages: each dialog, drawer and menu is opened, looked at, and closed again.
import { call, until } from '../../../js/tools/nocobase/api.mjs';
import { composer } from './compose.mjs';
import { control } from './simulator.mjs';

/** Puts there what the dialogs are about: a label, a template, a signature, and a mail that could not be sent. */
export async function furnish({ site, token, simulator }, email) {
  const post = (action, body) => call(site.url, token, action, { body });
  await post('mailMessageLabels:create', { label: 'Urgent', color: '#cf1322' });
  await post('mailTemplates:create', {
    name: 'Offer',
    subject: 'For {{company}}',
    content: '<p>Dear {{name}},</p>',
  });
  const [{ id }] = (await call(site.url, token, 'mail:getMailAccounts')).data;
  const signatures = [{ id: 's', name: 'Short', content: '<p>Regards</p>', default: true }];
  await post(`mailAccounts:update?filterByTk=${id}`, { config: { signatures } });
  await control(simulator, 'fault', {
    provider: 'google',
    method: 'POST',
    path: '/send',
    status: 400,
    count: 0,
  });
  const mail = {
    accountEmail: email,
    to: [{ name: '', address: 'ann@customer.example' }],
    subject: 'Refused',
    body: '<p>x</p>',
  };
  await post('mail:messageSend', { ...mail, key: 'refused', undoSeconds: 0 });
  const entries = async () => (await call(site.url, token, 'mailOutbox:list')).data;
  await until(
    async () => (await entries()).some(({ state }) => state === 'failed'),
    'the mail was not refused',
  );
  await control(simulator, 'clear-faults', {});
}

/** @param look shows a page and checks what stands on it */
export function dialogsOf({ page, look, row, email }) {
  const button = (name, within = page) => within.getByRole('button', { name, exact: true }).last();
  const item = (name) => page.getByRole('menuitem', { name });
  const dialog = (name) => page.getByRole('dialog', { name });
  /** Looks at a dialog by its title, and leaves it by a button. */
  const seen = async (state, title, leave = 'Cancel') => {
    await dialog(title).waitFor();
    await look.check(state, '.ant-modal');
    await button(leave, dialog(title)).click();
    await dialog(title).waitFor({ state: 'hidden' });
  };
  const menu = async (state, opener) => {
    await opener.click();
    await page.locator('.ant-dropdown:visible').waitFor();
    await look.check(state, '.ant-dropdown');
  };

  return {
    organising: async () => {
      await look.at('admin/mail', () => row.waitFor());
      await row.click();
      await button('Forward').waitFor();
      await page.keyboard.press('l');
      await seen('labels', 'Labels', 'Close');
      await page.keyboard.press('v');
      await seen('move', 'Move to', 'Close');
      await button('Labels').click();
      await page.locator('.ant-popover:visible').waitFor();
      await look.check('label-menu', '.ant-popover');
      await page.keyboard.press('Escape');
      const more = button('More for the label “Urgent”');
      await menu('label-more', more);
      await item('Change the label').click();
      await seen('label', 'Change the label');
      await more.click();
      await item('Delete').click();
      await seen('label-deletion', 'Delete the label “Urgent”?');
      await button(/^Outbox/).click();
      await page.locator('[data-outbox]').waitFor();
      await look.check('outbox', '.ant-drawer');
      await button('Discard').click();
      await seen('outbox-discard', 'Discard this email?');
      await button('Close', page.locator('.ant-drawer')).click();
    },
    writing: async () => {
      await look.at('admin/mail', () => row.waitFor());
      await button('New mail').click();
      const form = composer(page);
      await form.getByRole('textbox', { name: 'Text of the email' }).waitFor();
      for (const [state, name] of [
        ['link', 'Link'],
        ['colors', 'Text color'],
      ]) {
        await button(name, form).click();
        await page.locator('.ant-popover:visible').waitFor();
        await look.check(state, '.ant-popover');
        await button(name, form).click();
        await page.locator('.ant-popover:visible').waitFor({ state: 'hidden' });
      }
      await menu('templates-menu', button('Templates', form));
      await item('Manage templates…').click();
      await dialog('Templates').waitFor();
      await look.check('templates', '.ant-modal');
      await button('Delete Offer').click();
      await seen('template-deletion', 'Delete the template “Offer”?');
      await button('Edit Offer').click();
      await dialog('Edit template').getByRole('textbox', { name: 'Text', exact: true }).waitFor();
      await seen('template', 'Edit template');
      await button('Close', dialog('Templates')).click();
      await button('Templates', form).click();
      await item('Offer').click();
      await seen('template-names', 'Offer');
      await menu('signatures-menu', button('Signature', form));
      await item('Manage signatures…').click();
      const signatures = `Signatures of ${email}`;
      await dialog(signatures).waitFor();
      await look.check('signatures', '.ant-modal');
      await button('Edit Short').click();
      await dialog('Edit signature').getByRole('textbox', { name: 'Text', exact: true }).waitFor();
      await seen('signature', 'Edit signature');
      await button('Close', dialog(signatures)).click();
      await menu('later-menu', button('Send later', form));
      await item('Choose a date and time…').click();
      await seen('later', 'When shall it be sent?');
      await button('Discard the draft', form).click();
    },
    accounts: async () => {
      await look.at('admin/mail?view=accounts', () => button('Synchronization').waitFor());
      await menu('account-more', button(`More for ${email}`));
      await item('Sender name').click();
      await seen('sender-name', 'Sender name');
      await button('Delete').click();
      await seen('account-deletion', `Delete ${email}?`);
      await button('Synchronization').click();
      for (const [state, name] of [
        ['sync-status', 'Status'],
        ['sync-history', 'History'],
        ['sync-items', 'Not stored'],
        ['sync-folders', 'Folders and rules'],
        ['sync-explain', 'Find an email'],
      ]) {
        await page.getByRole('tab', { name }).click();
        await page.waitForFunction(
          () => !document.querySelector('.mail-sync-drawer :is(.ant-skeleton, .ant-spin-blur)'),
        );
        await look.check(state, '.ant-drawer');
      }
      await page.getByLabel('Message-ID').fill('<nobody@nowhere.example>');
      await button('Search').click();
      await page.getByRole('alert').filter({ hasText: 'The provider does not have it' }).waitFor();
      await look.check('sync-explained', '.ant-drawer');
    },
    settings: async () => {
      const dryRun = page.locator('[data-dry-run=microsoft]');
      await look.at('admin/settings/mail', () => dryRun.waitFor());
      await button('Replace the key').click();
      await seen('key', 'Replace the encryption key?');
      await button('Start a dry run', dryRun).click();
      await button('End and delete', dryRun).click();
      await dialog('End the dry run?').waitFor();
      await look.check('dry-run-end', '.ant-modal');
      await button('End and delete', dialog('End the dry run?')).click();
      await button('Start a dry run', dryRun).waitFor();
    },
  };
}
