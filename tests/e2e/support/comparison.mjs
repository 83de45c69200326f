// Whether the database says what the provider says, mail by mail and not by ids alone.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { inDatabase } from './database.mjs';

/** So many rows are read from the database at once. */
const ROWS = 1_000;
/** Of the few mails that break the rules on purpose: a body of which nobody can say what its words are. */
const UNSOUND = new Set(['Price list (exported)']);

const COLUMNS = [
  ...[
    'mailId',
    'boxType',
    'folderIds',
    'categories',
    'isRead',
    'isStarred',
    'conversationId',
    'from',
    'date',
  ],
  ...['subject', 'attachments', 'bodyHtml'],
];

/** Compares every mail of a mailbox: where it is, how it is marked, who sent what and when, its words and its files. */
export async function assertEqualMails(site, simulator, email) {
  const held = await heldMails(simulator, email);
  const stored = await storedMails(site, email);
  assert.deepEqual([...stored.keys()].sort(), [...held.keys()].sort(), email);
  const different = [...held].filter(([id, mail]) => JSON.stringify(stored.get(id)) !== JSON.stringify(mail));
  for (const [id, mail] of different.slice(0, 1)) assert.deepEqual(stored.get(id), mail, `${email} ${id}`);
}

async function heldMails(simulator, email) {
  const query = new URLSearchParams({ mailbox: email, content: 'true' });
  const { messages } = await (await fetch(`${simulator.url}/control/state?${query}`)).json();
  return new Map(
    messages.map((mail) => [
      mail.immutableId ?? mail.id,
      {
        folders: (mail.labels ?? [mail.folderId]).toSorted(),
        categories: (mail.categories ?? []).toSorted(),
        isRead: !mail.unread,
        isStarred: mail.starred,
        conversation: mail.threadId ?? mail.conversationId,
        from: mail.from ?? '',
        second: Math.floor(Date.parse(mail.received) / 1000),
        // Gmail's headers end with their last letter.
        subject: mail.subject?.trim() ?? '',
        files: mail.attachments,
        words: UNSOUND.has(mail.subject) ? undefined : mail.words,
      },
    ]),
  );
}

async function storedMails(site, email) {
  const columns = COLUMNS.map((column) => `"${column}"`).join(', ');
  const statement = `SELECT "id", ${columns} FROM "mailMessages"
    WHERE "email" = $1 AND "deletedAt" IS NULL AND "id" > $2 ORDER BY "id" LIMIT ${ROWS}`;
  const mails = new Map();
  await inDatabase(site, async (database) => {
    for (let rows = [{ id: 0 }]; rows.length > 0;) {
      ({ rows } = await database.query(statement, [email, rows.at(-1).id]));
      for (const row of rows) mails.set(row.mailId, mailOf(row));
    }
  });
  return mails;
}

function mailOf(row) {
  return {
    folders: (row.folderIds ?? []).toSorted(),
    categories: (row.categories ?? []).toSorted(),
    isRead: row.isRead,
    isStarred: row.isStarred ?? false,
    conversation: row.conversationId,
    from: row.from ?? '',
    second: Math.floor(row.date.getTime() / 1000),
    subject: row.subject?.trim() ?? '',
    files: row.attachments?.length ?? 0,
    words: UNSOUND.has(row.subject) ? undefined : digestOfWords(row.bodyHtml ?? ''),
  };
}

/** As the simulator makes it: of the ASCII letters and digits outside tags and entities. */
function digestOfWords(html) {
  const text = html
    .replace(/<style[\s\S]*?<\/style>/gi, '')
    .replace(/<(?:[^>"]|"[^"]*")*>/g, '')
    .replace(/&[^\s;&]{1,8};/g, '')
    .replace(/[^a-z0-9]/gi, '');
  return createHash('sha256').update(text).digest('base64');
}
