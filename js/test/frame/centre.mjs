// The Email centre over a list, in a page that goes where it is told.
import path from 'node:path';
import { openStage, refusal } from './stage.mjs';

export const mailOf = (id, more = {}) => ({
  id,
  accountId: 9,
  mailId: `m${id}`,
  email: 'me@shop.example',
  boxType: 'in',
  subject: `Mail ${id}`,
  isRead: true,
  ...more,
});

/**
 * Opens the Email centre. `server.rows` is what its list has, and may be changed; `server.answer` may answer instead.
 *
 * @param {object[]} rows
 * @param {object} props of the view; its style sheets are those of the page
 */
export async function openCentre(context, rows, props = {}) {
  const server = { rows, answer: () => undefined };
  const asked = [];
  const page = await openStage(context, async (call) => {
    const { url, params, data } = call;
    const own = await server.answer(call);
    if (url === 'mailMessages:get') asked.push(params.filterByTk);
    else if (data) asked.push([url, data]);
    if (own !== undefined) return own;
    if (url === 'mail:moveTargets') return [{ accountId: 9, organises: true, folders: [] }];
    if (url === 'mailMessages:listPerson') return server.rows;
    if (url !== 'mailMessages:get') return [];
    const found = rows.find(({ id }) => id === params.filterByTk);
    if (!found) throw refusal(404, 'there is no such email');
    return found;
  });
  for (const name of ['centre', 'conversation', 'organise/organise'])
    await page.addStyleTag({ path: path.join(import.meta.dirname, `../../client/centre/${name}.css`) });
  await page.addStyleTag({ content: '.mail-panes { height: 600px; }' });
  await page.evaluate((props) => {
    const { stage } = window;
    stage.went = [];
    stage.answered = [];
    stage.compose.answer = ({ id }, mode) => stage.answered.push([id, mode]);
    stage.compose.editDraft = (id) => stage.answered.push([id, 'edit']);
    stage.go = (change, options) => {
      stage.went.push([change, options?.replace ?? false]);
      stage.place = { ...stage.place, ...change };
      stage.show('MailView', { ...props, go: stage.go, place: stage.place });
    };
    stage.show('MailView', { ...props, go: stage.go, place: stage.place });
  }, props);
  const row = (id) => page.locator(`[data-message="${id}"]`);
  const isOpen = (id) => page.getByRole('article', { name: `Mail ${id}`, exact: true }).waitFor();
  const isMarked = (id) => page.locator(`.mail-row.is-active[data-message="${id}"]`).waitFor();
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const until = async (holds) => {
    while (!(await holds())) await page.waitForTimeout(20);
  };
  if (rows.length > 0) await row(rows[0].id).waitFor();
  return { page, server, asked, row, isOpen, isMarked, press, until };
}

/** Which emails were changed how. */
export const organised = (asked) =>
  asked.flatMap((each) =>
    Array.isArray(each) && each[0] === 'mail:messagesOrganise' ? [{ ...each[1] }] : [],
  );
