// Mails as large as the providers take them, from the upload on: through the shim and the module to the simulated provider.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { after, before, test } from 'node:test';
import { mailboxes } from '../../tools/demo-settings.mjs';
import { call, until } from '../../tools/nocobase/api.mjs';
import { startMailboxes } from './mailboxes.mjs';
import { inLittleMemory } from './memory.mjs';

const MB = 1 << 20;
/** A file comes in, is stored and goes to the provider in pieces. */
const MEMORY_GROWTH = 64e6;

let site;

before(async () => {
  site = await startMailboxes();
  await site.link('google');
  await site.link('microsoft');
});

after(() => site?.close());

/** A file of so many bytes, uploaded as a browser does it; none of it stays here, as fetch would keep the whole body. */
async function upload(bytes) {
  const hash = createHash('sha256');
  const boundary = 'between-the-parts';
  async function* body() {
    yield `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="large.bin"\r\n\r\n`;
    for (let at = 0; at < bytes; at += MB) {
      const part = randomBytes(Math.min(MB, bytes - at));
      hash.update(part);
      yield part;
    }
    yield `\r\n--${boundary}--\r\n`;
  }
  const headers = {
    authorization: `Bearer ${site.token}`,
    'content-type': `multipart/form-data; boundary=${boundary}`,
  };
  const going = request(`${site.url}/api/mail:messageAttachmentUpload`, { method: 'POST', headers });
  const answered = once(going, 'response');
  await pipeline(body, going);
  const [answer] = await answered;
  const { data, errors } = await json(answer);
  if (errors) throw new Error(`${answer.statusCode} ${errors[0].message}`);
  return { attachment: data, sha256: hash.digest('base64') };
}

function send(type, subject, attachment) {
  const body = {
    accountEmail: mailboxes[type],
    to: ['ann@customer.example'],
    subject,
    body: '<p>Large</p>',
    attachments: [attachment],
    undoSeconds: 0,
    key: subject,
  };
  return call(site.url, site.token, 'mail:messageSend', { body });
}

async function sent(type, subject) {
  const answer = await fetch(`${site.simulator.url}/control/sent?mailbox=${mailboxes[type]}`);
  return (await answer.json()).sent.filter((mail) => mail.subject === subject);
}

for (const [type, size, place] of [
  ['google', 24 * MB, '/upload/gmail'],
  ['microsoft', 149 * MB, '/microsoft/upload/'],
]) {
  test(`${type}: ${size / MB} MB arrive whole, once, though the upload breaks off on its way`, async () => {
    const subject = `Large to ${type}`;
    // The provider has the part, and nobody hears of it.
    await site.control('fault', {
      provider: type,
      path: place,
      method: 'PUT',
      action: 'drop-after',
      skip: 5,
    });
    let file;
    await inLittleMemory(MEMORY_GROWTH, async () => {
      file = await upload(size);
      await send(type, subject, file.attachment);
      await until(async () => (await sent(type, subject)).length > 0, 'the mail was not sent');
    });
    const mails = await sent(type, subject);
    assert.equal(mails.length, 1);
    const [{ filename, sha256, size: bytes }] = mails[0].attachments;
    assert.deepEqual([filename, bytes, sha256], ['large.bin', size, file.sha256]);
  });
}

test('what is larger than a mailbox sends is refused with its limit', async () => {
  const { attachment } = await upload(26 * MB);
  await assert.rejects(send('google', 'Too large', attachment), /25 MB/);
  assert.deepEqual(await sent('google', 'Too large'), []);
  await assert.rejects(upload(151 * MB), /413|150 MB|too large/);
});
