// The same mails in JavaScript: postal-mime reads them, sanitize-html makes their HTML harmless by rules like the plugin's, and
// what would be stored is written as JSON. Fetching them is not counted.
import process from 'node:process';
import PostalMime from 'postal-mime';
import sanitizeHtml from 'sanitize-html';

const PAGE = 500;
const HARMLESS = /^(?!.*(?:url|expression)\s*\()/i;
const STYLES = [
  'background',
  'background-color',
  'border',
  'border-collapse',
  'color',
  'display',
  'font',
  'font-family',
  'font-size',
  'font-weight',
  'height',
  'line-height',
  'margin',
  'padding',
  'text-align',
  'text-decoration',
  'vertical-align',
  'width',
];
const RULES = {
  allowedTags: [...sanitizeHtml.defaults.allowedTags, 'img', 'font', 'center'],
  allowedAttributes: {
    '*': ['style', 'dir', 'lang', 'title', 'align', 'valign', 'width', 'height', 'bgcolor'],
    a: ['href', 'target', 'rel'],
    img: ['src', 'alt'],
    table: ['border', 'cellpadding', 'cellspacing'],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan'],
  },
  allowedStyles: { '*': Object.fromEntries(STYLES.map((name) => [name, [HARMLESS]])) },
  allowedSchemes: ['http', 'https', 'mailto', 'tel', 'cid'],
  transformTags: { a: sanitizeHtml.simpleTransform('a', { target: '_blank', rel: 'noopener noreferrer' }) },
};

const { root, token } = JSON.parse(process.argv[2]);
const mails = await download();
// The first time is not counted: the engine translates what is used often.
await readAll();
const cpu = process.cpuUsage();
const bytes = await readAll();
const { user, system } = process.cpuUsage(cpu);
if (bytes < mails.length * 1_000) throw new Error('the mails have no bodies');
process.stdout.write(JSON.stringify({ cpuSeconds: (user + system) / 1e6, mails: mails.length }));

async function readAll() {
  let written = 0;
  for (const mail of mails) {
    const { html, text, attachments, ...head } = await PostalMime.parse(mail);
    const record = {
      from: head.from,
      to: head.to,
      cc: head.cc,
      bcc: head.bcc,
      replyTo: head.replyTo,
      subject: head.subject,
      date: head.date,
      rawId: head.messageId,
      references: head.references,
      bodyText: text,
      bodyHtml: html === undefined ? null : sanitizeHtml(html, RULES),
      attachments: attachments.map(({ filename, mimeType, contentId }) => ({
        filename,
        mimeType,
        contentId,
      })),
    };
    written += JSON.stringify(record).length;
  }
  return written;
}

async function download() {
  const get = async (address) => {
    const answer = await fetch(`${root}gmail/v1/users/me/messages${address}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!answer.ok) throw new Error(`the simulator answered ${answer.status}`);
    return answer.json();
  };
  const found = [];
  for (let page = ''; ;) {
    const { messages, nextPageToken } = await get(`?maxResults=${PAGE}&includeSpamTrash=true${page}`);
    for (const { id } of messages) found.push(Buffer.from((await get(`/${id}?format=raw`)).raw, 'base64url'));
    if (!nextPageToken) return found;
    page = `&pageToken=${encodeURIComponent(nextPageToken)}`;
  }
}
