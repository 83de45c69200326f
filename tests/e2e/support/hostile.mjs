// The corpus of hostile mails as mail of a mailbox, opened one by one in the Email centre.
import assert from 'node:assert/strict';
import { openCanary } from '../../../js/test/frame/browser.mjs';
import { hostileMails } from '../../../js/test/frame/mails.mjs';
import { call, until } from '../../../js/tools/nocobase/api.mjs';
import { openBrowser, signInByPage } from './browser.mjs';
import { inDatabase } from './database.mjs';
import { control } from './simulator.mjs';

/** So many are delivered at a time. */
const AT_ONCE = 20;
/** They come within so many milliseconds, so that no other mail stands between them. */
const SPAN = 20_000;
/** What was set off by the last mail has so long to be noticed, in milliseconds. */
const AFTERWARDS = 300;

/** These begin a document: a word before them would make them harmless. */
const FIRST = /^\s*<(!doctype|html|head|body|frameset)/i;

const mails = hostileMails().map((html, index) => {
  const name = `Hostile ${String(index + 1).padStart(3, '0')}`;
  return FIRST.test(html)
    ? { name, html, marks: [] }
    : { name, html: `<p>${name}</p>${html}`, marks: [name] };
});

/** Every so manieth of the corpus, so that each kind is among them. */
export const sample = (count) => mails.filter((_, index) => index % Math.floor(mails.length / count) === 0);
export const whole = () => mails;

/** Brings the mails into a mailbox as any others come, the first one on top. */
export async function receive({ simulator, site }, email, chosen) {
  const now = Date.now();
  const deliver = ({ name, html }, index) =>
    control(simulator, 'deliver', {
      ...{ mailbox: email, subject: name, html, unread: false },
      date: new Date(now - Math.floor((index * SPAN) / chosen.length)).toISOString(),
    });
  for (let begin = 0; begin < chosen.length; begin += AT_ONCE)
    await Promise.all(
      chosen.slice(begin, begin + AT_ONCE).map((mail, offset) => deliver(mail, begin + offset)),
    );
  await call(site.url, site.token, 'mail:messagesSync', { body: { emails: [] } });
  const filter = encodeURIComponent(JSON.stringify({ email, subject: { $includes: 'Hostile' } }));
  const list = () => call(site.url, site.token, `mailMessages:listPerson?pageSize=1&filter=${filter}`);
  await until(async () => (await list()).meta.count === chosen.length, 'Not every hostile mail has come');
}

/**
 * Opens a browser in which they may try: what runs calls a canary, and what asks for anything beside the site is written
 * down, be it a request or a connection alone.
 *
 * @param {object} options
 * @param {boolean} [options.guarded] false takes the rules off the frame that mails are shown in
 * @returns {Promise<object>} `seen` is what they did; `walk` opens mails one after the other
 */
export async function openTrap({ site }, { guarded = true } = {}) {
  const canary = await openCanary();
  const browser = await openBrowser({ args: canary.args });
  const { page } = browser;
  const context = page.context();
  const seen = { ran: 0, opened: [], dialogs: 0 };
  const requests = new Set();
  await context.exposeBinding('canary', () => void (seen.ran += 1));
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (!/^(data|blob):$/.test(protocol) && origin !== site.url) requests.add(request);
  });
  // What the frame's policy forbids is told, too, and has not left the browser.
  context.on('requestfailed', (request) => {
    if (request.failure()?.errorText === 'csp') requests.delete(request);
  });
  if (!guarded) await context.addInitScript(unguard);
  await signInByPage(page, site.url);
  context.on('page', (other) => seen.opened.push(other.url()));
  page.on('dialog', (dialog) => {
    seen.dialogs += 1;
    return dialog.dismiss();
  });
  return {
    page,
    seen: async () => {
      await page.waitForTimeout(AFTERWARDS);
      const elsewhere = [...[...requests].map((request) => request.url()), ...canary.requests];
      return { ...seen, elsewhere, errors: browser.errors };
    },
    walk: (chosen) => walk(page, chosen),
    close: async () => {
      await browser.close();
      canary.close();
    },
  };
}

/** Opens the mails that are on top of the list by its keys. Each is there with its words, and the page stays where it is. */
async function walk(page, chosen) {
  const { origin, pathname } = new URL(page.url());
  await page.locator('.mail-row', { hasText: chosen[0].name }).waitFor();
  await page.locator('.mail-list').focus();
  for (const { name, marks } of chosen) {
    assert.equal(await page.evaluate(openNext, name), `${origin}${pathname}`, `${name} led elsewhere`);
    const [frame, ...others] = page.mainFrame().childFrames();
    assert.deepEqual([frame?.url(), others.length], ['about:srcdoc', 0], `${name} brought pages with it`);
    assert.equal(frame.childFrames().length, 0, `${name} brought pages with it`);
    const text = await frame.evaluate(() => document.documentElement.textContent);
    for (const mark of marks) assert.ok(text.includes(mark), `${mark} is not shown`);
  }
}

/** In the page: the next mail is opened, and its frame has loaded. The answer is where the page is then. */
function openNext(name) {
  const list = document.querySelector('.mail-list');
  const press = (key) => list.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  const found = (look, what) =>
    new Promise((resolve, reject) => {
      const deadline = performance.now() + 20_000;
      const again = () => {
        const value = look();
        if (value) resolve(value);
        else if (performance.now() > deadline) reject(new Error(`${name} was not ${what}`));
        else requestAnimationFrame(again);
      };
      again();
    });
  const active = () => list.querySelector('.is-active')?.textContent.includes(name);
  const opened = () => {
    const title = document.querySelector('article.mail-reader h4')?.textContent ?? '';
    return title.trim() === name && document.querySelector('iframe.mail-frame');
  };
  const loaded = new Promise((resolve) => {
    const load = ({ target }) => target.matches?.('iframe.mail-frame') && resolve();
    document.addEventListener('load', load, { capture: true });
  });
  press('j');
  return found(active, 'reached')
    .then(() => press('Enter'))
    .then(() => found(opened, 'opened'))
    .then(() => loaded)
    .then(() => location.origin + location.pathname);
}

/** Stores the mails as they came, without what the module does to them. */
export function storeRaw({ site }, email, chosen) {
  return inDatabase(site, async (client) => {
    for (const { name, html } of chosen) await store(client, email, name, html.replaceAll('\0', ''));
  });
}

/**
 * Has one mail show what the module has stored of so many, each of which ends where it should: opening them one by one
 * takes minutes. The others leave the inbox.
 *
 * @returns {Promise<object[]>} those that show the others too
 */
export function gather({ site }, email, chosen, size) {
  const groups = chosen.flatMap((first, index) =>
    index % size === 0 ? [{ first, all: chosen.slice(index, index + size) }] : [],
  );
  return inDatabase(site, async (client) => {
    for (const { first, all } of groups) {
      const names = all.map(({ name }) => name);
      const { rows } = await client.query(
        `UPDATE "mailMessages" SET "boxType" = CASE "subject" WHEN $1 THEN 'in' ELSE 'archive' END
         WHERE "email" = $2 AND "subject" = ANY($3) RETURNING "subject", "bodyHtml"`,
        [first.name, email, names],
      );
      assert.deepEqual(rows.map(({ subject }) => subject).sort(), names);
      const bodies = rows.map(({ bodyHtml }) => `<div>${bodyHtml ?? ''}</div>`).join('');
      await store(client, email, first.name, bodies);
    }
    return groups.map(({ first, all }) => ({ ...first, marks: all.flatMap(({ marks }) => marks) }));
  });
}

async function store(client, email, name, html) {
  const change = 'UPDATE "mailMessages" SET "bodyHtml" = $1 WHERE "email" = $2 AND "subject" = $3';
  const { rowCount } = await client.query(change, [html, email, name]);
  assert.equal(rowCount, 1, name);
}

/** In the page: frames lose their sandbox, and their documents the policy, as they are made. */
function unguard() {
  const { setAttribute } = Element.prototype;
  Element.prototype.setAttribute = function (name, value) {
    if (this.localName === 'iframe' && name === 'sandbox') return undefined;
    const plain = (text) => text.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
    return setAttribute.call(this, name, name.toLowerCase() === 'srcdoc' ? plain(value) : value);
  };
}
