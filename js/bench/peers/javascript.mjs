// The same mails in JavaScript: postal-mime reads them, sanitize-html makes their HTML harmless by rules like the plugin's, and
// what would be stored is written as JSON. Fetching them is not counted.
import process from 'node:process';
import PostalMime from 'postal-mime';
import sanitizeHtml from 'sanitize-html';
import { download } from './download.mjs';
import { RULES } from './rules.mjs';

const mails = await download(JSON.parse(process.argv[2]));
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
