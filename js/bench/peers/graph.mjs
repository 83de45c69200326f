// Microsoft's official client with its page iterator: all messages of a mailbox into a table of its own.
import { Client, PageIterator } from '@microsoft/microsoft-graph-client';
import { measured } from './measured.mjs';

const PAGE = 100;
const SELECT =
  'id,conversationId,subject,bodyPreview,body,from,toRecipients,receivedDateTime,isRead,parentFolderId,hasAttachments';

await measured(async ({ root, token, insert }) => {
  const client = Client.init({
    baseUrl: root,
    defaultVersion: 'v1.0',
    authProvider: (done) => done(null, token),
  });
  // The client hands its token to https addresses only.
  const headers = { Authorization: `Bearer ${token}`, Prefer: 'IdType="ImmutableId"' };
  const first = await client.api('/me/messages').headers(headers).select(SELECT).top(PAGE).get();
  const inserted = [];
  const each = (message) => {
    inserted.push(insert(row(message)));
    return true;
  };
  await new PageIterator(client, first, each, { headers }).iterate();
  await Promise.all(inserted);
});

function row(message) {
  const isHtml = message.body?.contentType === 'html';
  const address = (recipient) => recipient?.emailAddress?.address ?? null;
  return {
    mailId: message.id,
    conversationId: message.conversationId,
    subject: message.subject,
    from: address(message.from),
    to: message.toRecipients?.map(address).join(', ') ?? null,
    date: new Date(message.receivedDateTime),
    isRead: message.isRead,
    preview: message.bodyPreview,
    text: isHtml ? null : (message.body?.content ?? null),
    html: isHtml ? message.body.content : null,
  };
}
