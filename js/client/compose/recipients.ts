import type { Person } from '../host/types';
import { personText } from '../shared/format';
import type { Recipient } from './types';

const ADDRESS = /^[^\s@<>"(),:;\\[\]]+@[^\s@<>"(),:;\\[\]]+\.[^\s@<>"(),:;\\[\].]{2,}$/u;

/** Whether a mail can be sent to it. */
export function isAddress(text: string): boolean {
  return ADDRESS.test(text) && !text.includes('..') && !text.startsWith('.');
}

/** The people in a text as it is typed or pasted: divided by commas, semicolons or lines, with or without names. */
export function parseRecipients(text: string): Recipient[] {
  return divide(text)
    .map((part) => part.trim())
    .filter(Boolean)
    .map(parseOne);
}

/** Commas inside of quotation marks and angle brackets divide nothing. */
function divide(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  let bracketed = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (!quoted && character === '<') bracketed = true;
    else if (character === '>') bracketed = false;
    if (!quoted && /[\n\r]/.test(character)) bracketed = false;
    if (!quoted && !bracketed && /[,;\n\r，；、]/u.test(character)) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part];
}

function parseOne(text: string): Recipient {
  const [, name = '', address = ''] = /^(.*?)<\s*([^<>]*?)\s*>$/su.exec(text) ?? [];
  if (address) return { name: unquote(name.trim()), address };
  const plain = text.replace(/^mailto:/i, '').replace(/\?.*$/, '');
  if (isAddress(plain)) return { name: '', address: plain };
  // "Ann Lee ann@example.com", as it comes out of tables.
  const words = text.split(/\s+/);
  const last = words[words.length - 1] ?? '';
  if (words.length > 1 && isAddress(last))
    return { name: unquote(words.slice(0, -1).join(' ')), address: last };
  return { name: '', address: text };
}

function unquote(name: string): string {
  return name.replace(/^"(.*)"$/s, '$1').replace(/\\(.)/g, '$1');
}

/** A list with more people in it; who is there already is not added. */
export function addRecipients(list: Recipient[], more: Recipient[]): Recipient[] {
  return more.reduce((all, person) => (includes(all, person) ? all : [...all, person]), list);
}

function includes(list: Recipient[], { address }: Recipient): boolean {
  return list.some((known) => known.address.toLowerCase() === address.toLowerCase());
}

/** People as the server tells them. */
export function toRecipients(people: (Person | string)[] | string | null | undefined): Recipient[] {
  const list = typeof people === 'string' ? [people] : (people ?? []);
  return list.flatMap((person) =>
    typeof person === 'string'
      ? parseRecipients(person)
      : [{ name: person.name ?? '', address: person.address ?? '' }],
  );
}

/** Those that a mail can't be sent to. */
export function invalidRecipients(lists: Recipient[][]): Recipient[] {
  return lists.flat().filter(({ address }) => !isAddress(address));
}

/** A recipient as it is typed: a name that could be taken for more than one stands in quotation marks. */
export function recipientText({ name, address }: Recipient): string {
  const isPlain = !/[",<>@;]/.test(name);
  return personText({ name: isPlain ? name : `"${name.replace(/["\\]/g, '\\$&')}"`, address });
}
