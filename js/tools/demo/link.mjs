// Linking a mailbox without a browser: the same requests that the pages and the simulator's consent page make.
import { setTimeout as sleep } from 'node:timers/promises';
import { call } from '../nocobase/api.mjs';

const LONGEST_SYNC = 600_000;

/**
 * Links a mailbox of the simulator to the signed-in user's account.
 *
 * @param {string} url of NocoBase
 * @param {string} token of the user
 * @param {'google'|'microsoft'} type
 * @param {string} email which of the simulator's mailboxes
 * @returns {Promise<any>} the account
 */
export async function linkMailbox(url, token, type, email) {
  const consent = (await call(url, token, `mail:oauth2url?type=${type}&email=${encodeURIComponent(email)}`))
    .data.url;
  const body = await agree(consent, email);
  return (await call(url, token, 'mail:oauth2callback', { body })).data.account;
}

/** Agrees on the simulator's consent page: what the browser brings back. */
export async function agree(consent, email) {
  const page = await (await fetch(consent)).text();
  const answer = await fetch(new URL(formAction(page), consent), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: consentForm(consent, page, email),
    redirect: 'manual',
  });
  const callback = new URL(answer.headers.get('location') ?? 'about:blank').searchParams;
  return { state: callback.get('state'), code: callback.get('code') };
}

/**
 * Starts the first sync of an account and waits until it has ended.
 *
 * @param {(account: any) => void} [watch] called with the account each time it is looked at
 * @param {number} [every] milliseconds between two looks
 * @param {number} [longest] milliseconds that it may take
 */
export async function firstSync(
  url,
  token,
  { email, type },
  watch = () => {},
  every = 50,
  longest = LONGEST_SYNC,
) {
  await call(url, token, 'mail:startSync', { body: { email, type, startDate: null } });
  const isDone = (account) => {
    watch(account);
    return account.sync.done;
  };
  return settled(url, token, email, isDone, every, longest);
}

/** Waits until an account of the user fulfils a condition; fails when the account does. */
export async function settled(url, token, email, condition, every = 50, longest = LONGEST_SYNC) {
  for (const deadline = Date.now() + longest; Date.now() < deadline; await sleep(every)) {
    const account = (await call(url, token, 'mail:getMailAccounts')).data.find(
      (each) => each.email === email,
    );
    if (account?.status === 'failing' || account?.status === 'needs_reauthorization')
      throw new Error(`${email} is ${account.status}: ${account.statusReason}`);
    if (account && condition(account)) return account;
  }
  throw new Error(`${email} did not settle within ${longest / 1000} s`);
}

function formAction(page) {
  return /<form method="post" action="([^"]+)"/.exec(page)?.[1] ?? '';
}

function consentForm(consent, page, email) {
  const form = new URLSearchParams({
    query: new URL(consent).search.slice(1),
    user: email,
    decision: 'allow',
  });
  for (const [, scope] of page.matchAll(/name="grant" value="([^"]+)"/g)) form.append('grant', scope);
  return form;
}
