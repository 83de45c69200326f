// A body is the text, with the signature at its end, and the quoted mail below. The two divisions have the classes by
// which the common clients know them.
import { contentIds, isSameContentId } from '../centre/document';
import type { Message } from '../host/types';
import { escapeHtml, plainText } from './html';
import type { FileReference } from './types';

const QUOTE = '<div class="gmail_quote">';
const BAR = 'margin:0 0 0 0.8ex;border-left:2px solid #ccc;padding-left:1ex';

/** What stands before a quoted mail, in the language of the writer. */
export interface QuoteTexts {
  /** "On Monday, Ann wrote:" */
  wrote: string;
  /** "Forwarded message" */
  forwarded: string;
  /** Labels with their values: from, date, subject, to. */
  fields: [string, string][];
}

/** The body that is sent. */
export function joinBody(text: string, quote: string): string {
  return quote ? `${text}<p><br></p>${quote}` : text;
}

/** A body that was joined, or any other one, taken apart. */
export function splitBody(body: string): { text: string; quote: string } {
  const at = body.indexOf(QUOTE);
  if (at < 0) return { text: body, quote: '' };
  return { text: body.slice(0, at).replace(/<p[^>]*><br\s*\/?><\/p>$/, ''), quote: body.slice(at) };
}

/** The files that go with a body: a picture that it doesn't show, or no longer, is left out. */
export function filesWith(body: string, files: FileReference[]): FileReference[] {
  const shown = contentIds(body);
  return files.filter(({ contentId }) => !contentId || shown.some((id) => isSameContentId(id, contentId)));
}

/** The quotation below a reply. */
export function replyQuote(message: Pick<Message, 'bodyHtml' | 'bodyText'>, { wrote }: QuoteTexts): string {
  const bar = `<blockquote type="cite" style="${BAR}">${contentOf(message)}</blockquote>`;
  return `${QUOTE}<p>${escapeHtml(wrote)}</p>${bar}</div>`;
}

/** The mail that is passed on. */
export function forwardQuote(
  message: Pick<Message, 'bodyHtml' | 'bodyText'>,
  { forwarded, fields }: QuoteTexts,
): string {
  const lines = fields
    .filter(([, value]) => value)
    .map(([label, value]) => `<b>${escapeHtml(label)}</b> ${escapeHtml(value)}`);
  const head = [`---------- ${escapeHtml(forwarded)} ----------`, ...lines].join('<br>');
  return `${QUOTE}<p>${head}</p>${contentOf(message)}</div>`;
}

/** The HTML of a mail as it is quoted: what was folded for reading is unfolded. */
function contentOf({ bodyHtml, bodyText }: Pick<Message, 'bodyHtml' | 'bodyText'>): string {
  if (bodyHtml)
    return bodyHtml.replace(/<details><summary>…<\/summary>/g, '<div>').replace(/<\/details>/g, '</div>');
  return `<p>${escapeHtml(bodyText ?? '').replace(/\r?\n/g, '<br>')}</p>`;
}

const SIGNATURE = '<div class="gmail_signature">';

export function hasSignature(html: string): boolean {
  return html.includes(SIGNATURE);
}

export function signatureOf(content: string): string {
  return `${SIGNATURE}${content}</div>`;
}

/** What somebody wrote before and behind the signature. */
export function withoutSignature(html: string): string {
  const { before, behind } = aroundSignature(html);
  return before + (behind && withoutSignature(behind));
}

/** Around and inside the first signature. */
function aroundSignature(html: string): { before: string; inside: string; behind: string } {
  const begin = html.indexOf(SIGNATURE);
  if (begin < 0) return { before: html, inside: '', behind: '' };
  const before = html.slice(0, begin);
  let depth = 0;
  for (const found of html.slice(begin).matchAll(/<(\/?)div\b[^>]*>/gi)) {
    depth += found[1] ? -1 : 1;
    if (depth === 0) {
      const inside = html.slice(begin + SIGNATURE.length, begin + found.index);
      return { before, inside, behind: html.slice(begin + found.index + found[0].length) };
    }
  }
  return { before, inside: html.slice(begin + SIGNATURE.length), behind: '' };
}

/**
 * Whether there is nothing in it that somebody wrote: no text, no picture.
 *
 * @param signatures that are not written anew each time
 */
export function isBlank(html: string, signatures: string[]): boolean {
  const inside = letters(aroundSignature(html).inside);
  return (
    letters(withoutSignature(html)) === '' &&
    (inside === '' || signatures.some((signature) => letters(signature) === inside))
  );
}

/** The letters of HTML, and a sign for each picture. */
function letters(html: string): string {
  return plainText(html.replace(/<(img|hr)\b/gi, 'x<$1')).replace(/\s/g, '');
}
