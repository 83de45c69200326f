// Organising mail in a real NocoBase and a real browser, in both lanes and with both providers: what is done on the page is
// there at once, and soon in the mailbox at the provider.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mailboxes } from '../../js/tools/demo-settings.mjs';
import { firstSync, linkMailbox } from '../../js/tools/demo/link.mjs';
import { call, until } from '../../js/tools/nocobase/api.mjs';
import { picture } from './support/browser.mjs';
import { keepDraft } from './support/drafting.mjs';
import { fileAway, moveSeveral } from './support/filing.mjs';
import { control, heldBy } from './support/simulator.mjs';
import { openSite } from './support/site.mjs';

const SIZE = 40;
const SUBJECTS = [
  'Quarterly offer',
  'Win a watch',
  'By keys',
  'Below it',
  'Filed',
  'One of two',
  'Two of two',
  'Lottery one',
  'Lottery two',
  'With a note',
  'Offline',
  'Refused',
];
/** What a change of a mark is asked of each provider with. */
const MARKING = {
  google: { method: 'POST', path: '/modify' },
  microsoft: { method: 'PATCH', path: '/messages/', part: true },
};

let opened, simulator, site, browser, page;

before(async () => {
  const sizes = Object.entries(mailboxes).map(([type, email]) => [type, `${email}:${SIZE}`]);
  opened = await openSite(Object.fromEntries(sizes));
  ({ simulator, site, browser, page } = opened);
  for (const [type, email] of Object.entries(mailboxes))
    await firstSync(site.url, site.token, await linkMailbox(site.url, site.token, type, email));
});

after(() => opened?.close());

for (const [lane, prefix, type] of [
  ['/', '', 'google'],
  ['/v/', '/v', 'microsoft'],
]) {
  const email = mailboxes[type];
  const inbox = () => `${site.url}${prefix}/admin/mail?mailbox=${encodeURIComponent(email)}`;
  const name = prefix ? 'v' : 'root';
  const rowOf = (subject) => page.locator('.mail-row', { hasText: `${subject} ${name}` });
  const becomes = (subject, condition, what) =>
    until(async () => condition(await heldBy(simulator, email, `${subject} ${name}`)), `${subject}: ${what}`);
  const toolbar = () => page.locator('.mail-reader').getByRole('toolbar');
  const act = (action) => toolbar().getByRole('button', { name: action, exact: true }).click();
  const bulk = () => page.getByRole('region', { name: 'Selected emails' });
  const tree = () => page.locator('.mail-tree');
  const boxOf = (box) => tree().getByRole('region', { name: email }).locator(`[data-box=${box}]`);
  const go = async (subject, box = 'in') => {
    await boxOf(box).click();
    await rowOf(subject).waitFor();
    return rowOf(subject);
  };
  const gone = (subject) => rowOf(subject).waitFor({ state: 'detached' });
  const dialog = (title) => page.getByRole('dialog', { name: title });
  const answer = async (title, button) => {
    // While it grows to its place, a press may begin on the button and end beside it, which is no click.
    await dialog(title).and(page.locator(':not([class*=ant-zoom])')).waitFor();
    await dialog(title).getByRole('button', { name: button }).click();
    await dialog(title).waitFor({ state: 'hidden' });
  };

  test(`new mail arrives in the lane ${lane} without a reload`, async () => {
    await page.goto(inbox());
    await page.locator('.mail-row[data-message]').first().waitFor();
    for (const subject of SUBJECTS)
      await control(simulator, 'deliver', {
        mailbox: email,
        subject: `${subject} ${name}`,
        from: 'Ann Shop <ann@shop.example>',
        html: '<p>Hello</p>',
      });
    await page.getByRole('button', { name: 'Sync emails', exact: true }).click();
    for (const subject of SUBJECTS) await rowOf(subject).waitFor();
  });

  test(`an email in the lane ${lane} is read, starred, archived and put back, here at once and at ${type} soon`, async () => {
    const subject = 'Quarterly offer';
    assert.equal((await heldBy(simulator, email, `${subject} ${name}`)).read, false);
    await rowOf(subject).click();
    await becomes(subject, (mail) => mail.read, 'opening did not mark it read');
    await act('Star');
    await rowOf(subject).locator('.mail-star-on').waitFor();
    await becomes(subject, (mail) => mail.starred, 'it was not starred');
    await act('Mark as unread');
    await page.locator('.mail-row.is-unread', { hasText: `${subject} ${name}` }).waitFor();
    await becomes(subject, (mail) => !mail.read, 'it was not marked unread');
    await rowOf(subject).click();
    await toolbar().waitFor();
    await picture(page, `organise-reader-${name}`);
    const opened = page.getByRole('article', { name: `${subject} ${name}` });
    await act('Archive');
    await gone(subject);
    await opened.waitFor({ state: 'detached' });
    await toolbar().waitFor();
    await page.getByText('Archived', { exact: true }).waitFor();
    await picture(page, `organise-undo-${name}`);
    await becomes(subject, (mail) => mail.box === 'archive', 'it was not archived');
    await page.getByRole('button', { name: 'Undo' }).click();
    await becomes(subject, (mail) => mail.box === 'in', 'it was not put back');
    await rowOf(subject).waitFor();
    await opened.waitFor();
  });

  test(`spam and trash in the lane ${lane} are put back, and mail is deleted for good where the provider lets it`, async () => {
    const subject = 'Win a watch';
    await rowOf(subject).click();
    await act('Report spam');
    await gone(subject);
    await becomes(subject, (mail) => mail.box === 'spam', 'it was not moved to spam');
    await (await go(subject, 'spam')).click();
    await act('Put back');
    await gone(subject);
    await becomes(subject, (mail) => mail.box === 'in', 'it was not put back from spam');
    await (await go(subject)).click();
    await act('Move to trash');
    await becomes(subject, (mail) => mail.box === 'trash', 'it was not moved to the trash');
    await (await go(subject, 'trash')).click();
    await act('Put back');
    await becomes(subject, (mail) => mail.box === 'in', 'it was not put back from the trash');
    await (await go(subject)).click();
    await act('Move to trash');
    await becomes(subject, (mail) => mail.box === 'trash', 'it was not moved to the trash again');
    await (await go(subject, 'trash')).click();
    if (type === 'google') {
      assert.ok(
        await toolbar()
          .getByRole('button', { name: /Only the provider deletes/ })
          .isDisabled(),
      );
      return;
    }
    await act('Delete for good');
    await answer('Delete for good?', 'Cancel');
    assert.ok(await heldBy(simulator, email, `${subject} ${name}`), 'asking deletes nothing');
    await act('Delete for good');
    await picture(page, `organise-delete-${name}`);
    await answer('Delete for good?', 'Delete for good');
    await gone(subject);
    await becomes(subject, (mail) => mail === undefined, 'it was not deleted there');
  });

  test(`keys in the lane ${lane} do what they say, and "?" tells which there are`, async () => {
    await (await go('By keys')).click();
    await becomes('By keys', (mail) => mail.read, 'opening did not mark it read');
    const { keyboard } = page;
    await keyboard.press('?');
    await dialog('Keyboard shortcuts').waitFor();
    await keyboard.press('Escape');
    await dialog('Keyboard shortcuts').waitFor({ state: 'hidden' });
    await keyboard.press('?');
    await dialog('Keyboard shortcuts').getByText('Move to trash').waitFor();
    await picture(page, `organise-keys-${name}`);
    await keyboard.press('e');
    await keyboard.press('Escape');
    await dialog('Keyboard shortcuts').waitFor({ state: 'hidden' });
    assert.ok(await rowOf('By keys').isVisible(), 'keys do nothing behind a dialog');
    await keyboard.press('s');
    await rowOf('By keys').locator('.mail-star-on').waitFor();
    await becomes('By keys', (mail) => mail.starred, '"s" did not star it');
    await keyboard.press('u');
    await becomes('By keys', (mail) => !mail.read, '"u" did not mark it unread');
    await keyboard.press('l');
    await dialog('Labels').getByRole('textbox', { name: 'Name of the new label' }).waitFor();
    await keyboard.press('Escape');
    await dialog('Labels').waitFor({ state: 'hidden' });
    await keyboard.press('v');
    await dialog('Move to').getByRole('menuitem').first().waitFor();
    await picture(page, `organise-move-${name}`);
    await keyboard.press('Escape');
    await dialog('Move to').waitFor({ state: 'hidden' });
    await keyboard.press('x');
    await bulk().getByText('1 selected').waitFor();
    await keyboard.press('Escape');
    await bulk().waitFor({ state: 'detached' });
    const place = () => page.locator('.mail-row.is-active').getAttribute('data-message');
    const start = await place();
    await keyboard.press('j');
    await until(async () => (await place()) !== start, '"j" did not go down');
    await page.getByRole('article', { name: `By keys ${name}` }).waitFor({ state: 'detached' });
    await keyboard.press('k');
    await until(async () => (await place()) === start, '"k" did not go up');
    await page.getByRole('article', { name: `By keys ${name}` }).waitFor();
    await keyboard.press('#');
    await gone('By keys');
    await becomes('By keys', (mail) => mail.box === 'trash', '"#" did not move it to the trash');
    await rowOf('Below it').click();
    await keyboard.press('e');
    await gone('Below it');
    await becomes('Below it', (mail) => mail.box === 'archive', '"e" did not archive it');
  });

  test(`an email in the lane ${lane} is moved to a folder, and found in it until it is archived or binned`, () =>
    fileAway({ ...opened, email, type, name, becomes }));

  test(`several emails in the lane ${lane} are selected, labelled, marked to do and archived at once`, async () => {
    const subjects = ['One of two', 'Two of two'];
    const label = `Urgent ${name}`;
    for (const subject of subjects) await rowOf(subject).locator('.mail-check').click();
    await bulk().getByText('2 selected').waitFor();
    await bulk().getByRole('button', { name: 'Labels' }).click();
    await page.getByRole('textbox', { name: 'Name of the new label' }).fill(label);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    for (const subject of subjects) await rowOf(subject).getByText(label).waitFor();
    await picture(page, `organise-bulk-${name}`);
    await page.keyboard.press('Escape');
    await bulk().getByRole('button', { name: 'Mark as read', exact: true }).click();
    await bulk().getByRole('button', { name: 'Star', exact: true }).click();
    await bulk().getByRole('button', { name: 'To-do', exact: true }).click();
    await bulk().getByRole('button', { name: 'Done', exact: true }).waitFor();
    await bulk().getByRole('button', { name: 'Archive', exact: true }).click();
    for (const subject of subjects) {
      await gone(subject);
      const done = ({ box, read, starred }) => box === 'archive' && read && starred;
      await becomes(subject, done, 'not all was done');
    }
    await tree().getByRole('button', { name: label, exact: true }).click();
    await rowOf(subjects[0]).waitFor();
    assert.equal(await page.locator('.mail-row').count(), 2);
    await picture(page, `organise-label-${name}`);
    await tree().getByRole('button', { name: 'To-do', exact: true }).click();
    await rowOf(subjects[1]).waitFor();
  });

  test(`several emails in the lane ${lane} go to spam and to the trash and back at once, and for good where the provider lets them`, () =>
    moveSeveral({
      page,
      type,
      subjects: ['Lottery one', 'Lottery two'],
      rowOf,
      boxOf,
      becomes,
      answer,
    }));

  test(`a label in the lane ${lane} is renamed and coloured, taken off one email, and deleted`, async () => {
    const [label, renamed] = [`Urgent ${name}`, `Today ${name}`];
    const more = async (of, item) => {
      await tree()
        .getByRole('button', { name: `More for the label “${of}”` })
        .click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await more(label, 'Change the label');
    await dialog('Change the label').getByRole('textbox', { name: 'Name' }).fill(renamed);
    await dialog('Change the label').getByLabel('Color').click();
    await page.locator('.ant-color-picker-input input').fill('d4380d');
    await picture(page, `organise-label-dialog-${name}`);
    await page.locator('.ant-color-picker-input input').press('Enter');
    await dialog('Change the label').getByRole('button', { name: 'Save' }).click();
    await dialog('Change the label').waitFor({ state: 'hidden' });
    const button = tree().getByRole('button', { name: renamed, exact: true });
    await button.click();
    const color = await button.locator('.anticon').evaluate((icon) => getComputedStyle(icon).color);
    assert.equal(color, 'rgb(212, 56, 13)');
    await rowOf('One of two').click();
    await toolbar().getByRole('button', { name: 'Labels' }).click();
    await page.getByRole('checkbox', { name: renamed }).click();
    await gone('One of two');
    await rowOf('Two of two').getByText(renamed).waitFor();
    await more(renamed, 'Delete');
    await answer(`Delete the label “${renamed}”?`, 'Delete');
    await button.waitFor({ state: 'detached' });
    // Whoever looked at its emails is not left in front of a list that can't be.
    await page.locator('.mail-list-pane[aria-label="Inbox"]').waitFor();
    await boxOf('archive').click();
    await rowOf('Two of two').waitFor();
    assert.equal(await rowOf('Two of two').locator('.mail-label').count(), 0);
  });

  test(`notes are kept in the lane ${lane}`, async () => {
    await (await go('With a note')).click();
    await page.getByRole('button', { name: 'Add a note' }).click();
    await page.getByRole('textbox', { name: 'Note' }).fill('Call back on Monday');
    await page.locator('.mail-notes').getByRole('button', { name: 'Save' }).click();
    const note = page.locator('.mail-note', { hasText: 'Call back on Monday' });
    await note.waitFor();
    await rowOf('With a note').getByLabel('Has notes').waitFor();
    await page.reload();
    await note.waitFor();
    await picture(page, `organise-note-${name}`);
    await note.getByRole('button', { name: 'Delete the note' }).click();
    await note.waitFor({ state: 'detached' });
  });

  test(`while ${type} is out of reach the lane ${lane} says so, and nothing is lost`, async () => {
    await control(simulator, 'fault', {
      provider: type,
      status: 503,
      retryAfter: 1,
      count: 0,
      ...MARKING[type],
    });
    await rowOf('Offline').locator('.mail-check').click();
    await bulk().getByRole('button', { name: 'Star', exact: true }).click();
    await rowOf('Offline').locator('.mail-star-on').waitFor();
    await rowOf('Offline').getByLabel('Not yet at the provider').waitFor();
    await picture(page, `organise-offline-${name}`);
    assert.equal((await heldBy(simulator, email, `Offline ${name}`)).starred, false);
    await control(simulator, 'clear-faults', {});
    await page.getByRole('button', { name: 'Sync emails', exact: true }).click();
    await becomes('Offline', (mail) => mail.starred, 'what waited was not sent');
    await page.keyboard.press('Escape');
  });

  test(`a change that ${type} refuses is taken back in the lane ${lane} and says so until it is dismissed`, async () => {
    await rowOf('Refused').click();
    await becomes('Refused', (mail) => mail.read, 'opening did not mark it read');
    await control(simulator, 'fault', {
      provider: type,
      status: 400,
      ...MARKING[type],
    });
    await act('Star');
    await rowOf('Refused').getByLabel('The provider refused a change of this email').waitFor();
    assert.equal(await rowOf('Refused').locator('.mail-star-on').count(), 0, 'as the provider has it');
    const notice = page.locator('.mail-reader').getByText('The provider refused a change of this email');
    await notice.waitFor();
    await picture(page, `organise-refused-${name}`);
    await page.locator('.mail-reader').getByRole('button', { name: 'Dismiss' }).click();
    await notice.waitFor({ state: 'detached' });
  });

  test(`in the lane ${lane} a draft written here stays one starred and put back, and mail that waits is called off where it is read`, () =>
    keepDraft({ page, site, token: site.token, email, name, inbox: inbox(), rowOf, go, gone, act }));

  test(`at 400 pixels the lane ${lane} has everything within reach`, async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    await page.goto(inbox());
    const row = page.locator('.mail-row[data-message]').first();
    await row.locator('.mail-check').click();
    await bulk().waitFor();
    await picture(page, `organise-narrow-list-${name}`);
    await row.locator('.mail-check').click();
    await row.click();
    const archive = page.getByRole('toolbar').getByRole('button', { name: 'Archive', exact: true });
    const place = await archive.boundingBox();
    assert.ok(place.x >= 0 && place.x + place.width <= 400);
    await picture(page, `organise-narrow-reader-${name}`);
    await page.setViewportSize({ width: 1400, height: 900 });
  });
}

test('nothing waits to be sent any more', async () => {
  for (const email of Object.values(mailboxes)) {
    const filter = encodeURIComponent(JSON.stringify({ email }));
    const list = () => call(site.url, site.token, `mailMessages:listPerson?pageSize=200&filter=${filter}`);
    await until(async () => (await list()).data.every(({ outgoing }) => !outgoing), 'something still waits');
  }
});

test('no page threw an error', () => assert.deepEqual(browser.errors, []));
