// Google's official client: all messages of a mailbox, ten at a time, into a table of its own.
import { auth, gmail as gmailApi } from '@googleapis/gmail';
import { measured } from './measured.mjs';

const CONCURRENCY = 10;
const PAGE = 500;

await measured(async ({ root, token, insert }) => {
  const client = new auth.OAuth2();
  client.setCredentials({ access_token: token });
  // The client takes an origin, no path: the simulator's is put in front of its own.
  const { origin, pathname } = new URL(root);
  client.transporter.interceptors.request.add({
    resolved: async (config) => {
      const url = new URL(config.url);
      if (!url.pathname.startsWith(pathname)) url.pathname = pathname.slice(0, -1) + url.pathname;
      return { ...config, url };
    },
  });
  const gmail = gmailApi({ version: 'v1', auth: client, rootUrl: `${origin}/` });
  const ids = [];
  for (let pageToken; ;) {
    const { data } = await gmail.users.messages.list({
      userId: 'me',
      maxResults: PAGE,
      includeSpamTrash: true,
      pageToken,
    });
    ids.push(...(data.messages ?? []).map(({ id }) => id));
    pageToken = data.nextPageToken;
    if (!pageToken) break;
  }
  const worker = async () => {
    for (let id = ids.pop(); id; id = ids.pop()) {
      const { data } = await gmail.users.messages.get({ userId: 'me', id, format: 'full' });
      await insert(row(data));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
});

function row(message) {
  const header = (name) =>
    message.payload.headers?.find((each) => each.name.toLowerCase() === name)?.value ?? null;
  return {
    mailId: message.id,
    conversationId: message.threadId,
    subject: header('subject'),
    from: header('from'),
    to: header('to'),
    date: new Date(Number(message.internalDate)),
    isRead: !message.labelIds?.includes('UNREAD'),
    preview: message.snippet,
    text: body(message.payload, 'text/plain'),
    html: body(message.payload, 'text/html'),
  };
}

function body(part, type) {
  if (part.mimeType === type && part.body?.data) return Buffer.from(part.body.data, 'base64url').toString();
  for (const child of part.parts ?? []) {
    const found = body(child, type);
    if (found !== null) return found;
  }
  return null;
}
