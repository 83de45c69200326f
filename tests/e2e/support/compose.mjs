// The composer, as a person at the browser uses it.
import { call } from '../../../js/tools/nocobase/api.mjs';

/** How long what the server does in the background may take, in milliseconds. */
export const LONG = 60_000;

/** A picture of one point. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mP8z8BQz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC',
  'base64',
);

/** The composer that was opened last. */
export function composer(page) {
  return page.locator('.mail-composer').last();
}

/** Types into a line of recipients. */
export async function fill(form, label, text) {
  await form.getByRole('combobox', { name: label, exact: true }).pressSequentially(text);
}

/** Types at the beginning of the text. */
export async function writeText(page, form, text, label = 'Text of the email') {
  await form.getByRole('textbox', { name: label, exact: true }).click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type(text);
}

/** Chooses files behind a button. */
export async function pick(page, form, button, files) {
  const chooser = page.waitForEvent('filechooser');
  await form.getByRole('button', { name: button }).click();
  await (await chooser).setFiles(files);
}

/** Chooses the theme of the administrator's pages, from the next one that is loaded on. */
export async function useTheme(url, token, name) {
  const themes = (await call(url, token, 'themeConfig:list')).data;
  const { data: user } = await call(url, token, 'auth:check');
  const systemSettings = { themeId: themes.find(({ uid }) => uid === name).id };
  await call(url, token, `users:update?filterByTk=${user.id}`, { body: { systemSettings } });
}

/** Takes back what the last notice with these words is about; others are still there for a while. */
export function undo(page, notice) {
  const about = page.locator('.mail-undo', { hasText: notice }).last();
  return about.getByRole('button', { name: 'Undo', exact: true }).click();
}
