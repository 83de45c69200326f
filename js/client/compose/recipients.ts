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
  if (address) return { name: unquote(name.trim()), address: toAscii(address) };
  const plain = toAscii(text.replace(/^mailto:/i, '').replace(/\?.*$/, ''));
  if (isAddress(plain)) return { name: '', address: plain };
  // "Ann Lee ann@example.com", as it comes out of tables.
  const words = text.split(/\s+/);
  const last = toAscii(words[words.length - 1] ?? '');
  if (words.length > 1 && isAddress(last))
    return { name: unquote(words.slice(0, -1).join(' ')), address: last };
  return { name: '', address: text };
}

/** An address with its domain as mail servers know it: bücher.de is xn--bcher-kva.de to them. */
function toAscii(address: string): string {
  const [, person = '', domain = ''] =
    /^([^\s@]+)@([^\s@/?#:\\]*[^\p{ASCII}\s@/?#:\\][^\s@/?#:\\]*)$/u.exec(address) ?? [];
  if (!domain || !URL.canParse(`http://${domain}`)) return address;
  return `${person}@${new URL(`http://${domain}`).hostname}`;
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

/** What was found, and for which text. */
export interface Found {
  wanted: string;
  people: Recipient[];
}

/** The people to suggest for a text: of those that were found for another one, who it may mean, too. */
export function suggestionsFor(found: Found, text: string, known: Recipient[]): Recipient[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  const may = ({ name, address }: Recipient) => `${name} ${address}`.toLowerCase().includes(wanted);
  const people = found.wanted === text.trim() ? found.people : found.people.filter(may);
  return people.filter((person) => !includes(known, person));
}

/** Whether a text is an address of its own already, and not the beginning of this suggestion. */
export function standsForItself(text: string, suggestion: Recipient): boolean {
  const [only, ...more] = parseRecipients(text);
  return more.length === 0 && only !== undefined && isAddress(only.address) && !includes([only], suggestion);
}

/** Whether a comma typed after this divides people: not inside of a name in quotation marks. */
export function mayDivide(text: string): boolean {
  return text.replace(/[^"]/g, '').length % 2 === 0;
}
