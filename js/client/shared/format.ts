import type { Person } from '../host/types';

/** The date of a mail as a list shows it: the time today, the weekday this week, else the day, with the year if it's another. */
export function shortDate(iso: string | null | undefined, now: Date, language: string): string {
  const date = parse(iso);
  if (!date) return '';
  const days = Math.round((startOfDay(now) - startOfDay(date)) / 86_400_000);
  if (days === 0) return format(date, language, { hour: 'numeric', minute: '2-digit' });
  if (days > 0 && days < 7) return format(date, language, { weekday: 'short' });
  if (date.getFullYear() === now.getFullYear())
    return format(date, language, { day: 'numeric', month: 'short' });
  return format(date, language, { day: 'numeric', month: 'short', year: 'numeric' });
}

/** The full date and time. */
export function longDate(iso: string | null | undefined, language: string): string {
  const date = parse(iso);
  return date ? format(date, language, { dateStyle: 'full', timeStyle: 'short' }) : '';
}

/** The day alone. */
export function day(iso: string | null | undefined, language: string): string {
  const date = parse(iso);
  return date ? format(date, language, { dateStyle: 'medium' }) : '';
}

/** The day and the time, in short. */
export function dateAndTime(iso: string | null | undefined, language: string): string {
  const date = parse(iso);
  return date ? format(date, language, { dateStyle: 'medium', timeStyle: 'short' }) : '';
}

/** How long ago, in words. */
export function timeAgo(iso: string | null | undefined, now: Date, language: string): string {
  const date = parse(iso);
  if (!date) return '';
  const seconds = Math.round((date.getTime() - now.getTime()) / 1000);
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ];
  const formatter = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return formatter.format(Math.trunc(seconds / size), unit);
}

/** A number with the separators of the language. */
export function amount(value: number, language: string): string {
  return new Intl.NumberFormat(language).format(value);
}

/** A part of a whole as a percentage. */
export function percentage(part: number, language: string): string {
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(part);
}

/** A size in bytes, rounded to what a reader needs. */
export function fileSize(bytes: number | null | undefined, language: string): string {
  if (bytes === null || bytes === undefined || bytes < 0) return '';
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const power = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1000)), units.length - 1);
  const value = bytes / 1000 ** power;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: units[power],
    // In short, some languages know one byte only.
    unitDisplay: power > 0 ? 'short' : 'long',
    maximumFractionDigits: value < 10 && power > 0 ? 1 : 0,
  }).format(value);
}

/** The name of a person, or the address when there is none. */
export function personName(person: Person | null | undefined): string {
  return person?.name?.trim() || person?.address?.trim() || '';
}

/** "Ann Lee <ann@example.com>", or what is known of it. */
export function personText(person: Person | null | undefined): string {
  const { name, address } = person ?? {};
  return name && address ? `${name} <${address}>` : address || name || '';
}

/** People in one line, with their addresses. */
export function peopleText(people: (Person | null | undefined)[] | null | undefined): string {
  return (people ?? []).map(personText).filter(Boolean).join(', ');
}

/** The first name of a person where several stand in a line; a name with a comma begins with the last one. */
export function firstName(person: Person): string {
  const name = personName(person);
  if (name.includes('@')) return name.replace(/@.*$/, '');
  const [last = '', first] = name.split(',', 2);
  return (first ?? last).trim().split(/\s+/)[0] || name;
}

/** One or two letters that stand for a person. */
export function initials(person: Person | null | undefined): string {
  const words = personName(person)
    .replace(/@.*$/, '')
    .split(/[\s._-]+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letters = [words[0], words.length > 1 ? words[words.length - 1] : undefined]
    .map((word) => Array.from(word?.replace(/^[^\p{L}\p{N}]+/u, '') ?? '')[0] ?? '')
    .join('');
  return letters.toLocaleUpperCase() || '?';
}

/** A hue from 0 to 359 that is always the same for an address. */
export function hueOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 360;
  return hash;
}

function parse(iso: string | null | undefined): Date | undefined {
  if (!iso) return undefined;
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function startOfDay(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}

function format(date: Date, language: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language, options).format(date);
}
