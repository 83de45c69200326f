/** The colours of the theme, as CSS. */
export interface Palette {
  background: string;
  text: string;
  link: string;
}

const REMOTE =
  /(?:\b(?:src|srcset|background|poster)\s*=\s*["']?|url\(\s*(?:["']|&quot;)?)\s*(?:https?:)?\/\//i;
/** An inline image that is not there, or not yet. */
const BLANK = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';

/** How the module folds the quoted mail below an answer. */
const FOLD = '<summary>';
/** As a small button; Chromium and Firefox draw it without the usual triangle. */
const FOLD_STYLE =
  '.fold{cursor:pointer;display:inline-block;list-style:none;margin:4px 0;padding:0 8px;border-radius:8px;' +
  'line-height:14px;background:#8884}.fold:hover{background:#8887}';

/** What gives a mail colours of its own: a style sheet, or an attribute or a property of a tag. */
const COLORS = /^<style|\b(?:bgcolor|background|color)[\w-]*\s*[=:]/i;
/** An address that leads elsewhere, as the value of an attribute. */
const ELSEWHERE = /^["']?\s*(?:https?:)?\/\//i;
/** The words of an image. */
const WORDS = /\salt\s*=\s*(?:"\s*[^"\s]|'\s*[^'\s]|[^"'\s>])/i;

const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^"'<>])*>/gi;
const ATTRIBUTE = /([^\s"'<>/=]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)/g;
/** A content id as an attribute's value, and inside of a style. */
const AS_VALUE = /^(["']?\s*)cid:([^"'\s>]+)/gi;
const IN_STYLE = /(url\(\s*(?:["']|&quot;)?\s*)cid:((?:(?!&quot;)[^"'\s)])+)/gi;
const PLACES = new Map([
  ['src', AS_VALUE],
  ['background', AS_VALUE],
  ['poster', AS_VALUE],
  ['style', IN_STYLE],
]);

/** Whether a mail would fetch images from elsewhere, which tells its sender that it was opened. */
export function hasRemoteImages(html: string): boolean {
  return REMOTE.test(html);
}

/** Whether a mail says how it is to look; one that doesn't is drawn in the colours of the theme. */
export function bringsColors(html: string): boolean {
  return (html.match(TAG) ?? []).some((tag) => COLORS.test(tag));
}

/** The ids of the inline images that a mail refers to. */
export function contentIds(html: string): string[] {
  const ids = new Set<string>();
  replacePictures(html, (id) => {
    ids.add(id);
    return '';
  });
  return [...ids];
}

/** Puts an address in place of each inline image's content id; what only reads like one, in a text or a title, stays. */
function replacePictures(html: string, addressOf: (id: string) => string): string {
  const inTag = (attribute: string, name: string, equals: string, value: string) => {
    const place = PLACES.get(name.toLowerCase());
    const replace = (_: string, before: string, id: string) => before + addressOf(normalise(id));
    return place ? name + equals + value.replace(place, replace) : attribute;
  };
  return html.replace(TAG, (tag) => tag.replace(ATTRIBUTE, inTag));
}

/** Leaves of an image from elsewhere its words, or else its room: no sign of something broken. */
function withoutRemoteImages(html: string): string {
  return html.replace(TAG, (tag) => {
    if (!/^<img\b/i.test(tag)) return tag;
    const room = roomOf(tag);
    return tag.replace(ATTRIBUTE, (attribute: string, name: string, _: string, value: string) => {
      if (!ELSEWHERE.test(value)) return attribute;
      return /^src$/i.test(name) ? room : /^srcset$/i.test(name) ? '' : attribute;
    });
  });
}

/** An empty picture as large as one without words says that it is; without a size it takes no room. */
function roomOf(tag: string): string {
  const length = (name: string) =>
    Number(new RegExp(`\\s${name}\\s*=\\s*["']?(\\d{1,4})\\b(?!%)`, 'i').exec(tag)?.[1]);
  const [width, height] = [length('width'), length('height')];
  if (WORDS.test(tag) || !width) return '';
  const size = `width='${width}' height='${height || 1}'`;
  return `src="data:image/svg+xml,${encodeURIComponent(`<svg xmlns='http://www.w3.org/2000/svg' ${size}/>`)}"`;
}

/** A content id as the attachments have it: without the angle brackets and escapes it may carry in an address. */
function normalise(id: string): string {
  const plain = id.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
  try {
    return decodeURIComponent(plain).replace(/^<|>$/g, '');
  } catch {
    return plain;
  }
}

/** Whether two content ids mean the same part, with or without angle brackets. */
export function isSameContentId(one: string, other: string): boolean {
  return one.replace(/^<|>$/g, '') === other.replace(/^<|>$/g, '');
}

/**
 * The page of an HTML mail for a sandboxed frame. It allows no script, no form, no font and no request at all, except
 * for images from elsewhere when the reader asked for them.
 *
 * @param images the inline images by content id, as `data:` addresses
 * @param palette the colours of a mail that brings none
 * @param quoted what the button says that unfolds the quoted mail
 */
export function htmlDocument(
  html: string,
  images: Map<string, string>,
  showRemote: boolean,
  palette: Palette,
  quoted = '',
): string {
  const body = replacePictures(
    showRemote ? html : withoutRemoteImages(html),
    (id) => images.get(id) ?? BLANK,
  ).replaceAll(FOLD, `<summary class="fold" title="${escapeHtml(quoted)}">`);
  if (!bringsColors(html)) return frame(body, showRemote, colors(palette), linksIn(palette));
  // Such mails are written for a white page; a dark theme must not turn their black text invisible.
  return frame(body, showRemote, 'color-scheme:light;background:#fff;color:#1f1f1f');
}

/** The page of a plain text mail, in the colours of the theme, with its addresses as links. */
export function textDocument(text: string, palette: Palette): string {
  return frame(linkify(escapeHtml(text)), false, `white-space:pre-wrap;${colors(palette)}`, linksIn(palette));
}

function colors({ background, text }: Palette): string {
  return `background:${background};color:${text}`;
}

function linksIn({ link }: Palette): string {
  return `a{color:${link}}`;
}

function frame(body: string, showRemote: boolean, bodyStyle: string, more = ''): string {
  const images = showRemote ? 'data: blob: https: http:' : 'data: blob:';
  const policy = `default-src 'none'; img-src ${images}; style-src 'unsafe-inline'; form-action 'none'`;
  return [
    '<!doctype html><html><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="referrer" content="no-referrer"><base target="_blank">',
    `<style>html{height:100%}body{${bodyStyle};margin:0;padding:16px 20px;min-height:100%;box-sizing:border-box;`,
    'font:14px/1.6 -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Noto Sans",sans-serif;',
    `overflow-wrap:anywhere}img{max-width:100%;height:auto}pre{white-space:pre-wrap}${FOLD_STYLE}${more}</style></head>`,
    `<body>${body}</body></html>`,
  ].join('');
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

const STOP = '(?!&(?:lt|gt|quot);)';
const ADDRESS = new RegExp(`https?:\\/\\/(?:${STOP}\\S)*${STOP}[^\\s.,;:!?)\\]}'"]`, 'g');

function linkify(escaped: string): string {
  return escaped.replace(
    ADDRESS,
    (address) => `<a href="${address}" rel="noopener noreferrer">${address}</a>`,
  );
}
