// Microsoft's official client with its page iterator: all messages of a mailbox into a table of its own.
import {
  Client,
  HTTPMessageHandler,
  PageIterator,
  RedirectHandler,
  RetryHandler,
  TelemetryHandler,
} from '@microsoft/microsoft-graph-client';
import { measured } from './measured.mjs';

const PAGE = 100;
const SELECT =
  'id,conversationId,subject,bodyPreview,body,from,toRecipients,receivedDateTime,isRead,parentFolderId,hasAttachments';

class PlainLinks {
  execute(context) {
    context.request = context.request.slice(context.request.lastIndexOf('http://'));
    return this.next.execute(context);
  }

  setNext(next) {
    this.next = next;
  }
}

await measured(async ({ root, token, insert }) => {
  // The client's own chain. Its authentication hands tokens to https addresses only, and next links are followed only
  // there: in its place stands what makes the simulator's address of them again.
  const chain = [
    new PlainLinks(),
    new RetryHandler(),
    new RedirectHandler(),
    new TelemetryHandler(),
    new HTTPMessageHandler(),
  ];
  chain.slice(0, -1).forEach((handler, place) => handler.setNext(chain[place + 1]));
  const client = Client.initWithMiddleware({ baseUrl: root, defaultVersion: 'v1.0', middleware: chain[0] });
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
