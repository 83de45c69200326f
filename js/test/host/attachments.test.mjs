// A file as large as Outlook has them, from the simulated provider through the module and the shim to whoever asks for it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { mailboxes } from '../../tools/demo-settings.mjs';
import { call, until } from '../../tools/nocobase/api.mjs';
import { startMailboxes } from './mailboxes.mjs';
import { inLittleMemory } from './memory.mjs';

const LARGE = 150 << 20;
const PASSED_ON = 96 << 20;
const MEMORY_GROWTH = 64e6;

let site;

before(async () => {
  site = await startMailboxes();
  for (const [subject, filler] of [
    ['Large', LARGE],
    ['For others', PASSED_ON],
  ]) {
    const attachments = [{ filename: 'Plan é.bin', mimeType: 'text/html', filler }];
    await site.control('deliver', { mailbox: mailboxes.microsoft, subject, attachments });
  }
  await site.link('microsoft');
});

after(() => site?.close());

/** The bytes that the simulator makes up, as its README says: in halves, as BigInt takes a minute for them. */
function expected(size, encoding) {
  const halves = new Uint32Array(size / 4);
  let [high, low] = [0x9e3779b9, 0x7f4a7c15];
  for (let at = 0; at < halves.length; at += 2) {
    [high, low] = [high ^ (high << 13) ^ (low >>> 19), low ^ (low << 13)];
    [high, low] = [high ^ (high >>> 7), low ^ (low >>> 7) ^ (high << 25)];
    [high, low] = [high ^ (high << 17) ^ (low >>> 15), low ^ (low << 17)];
    halves[at] = low;
    halves[at + 1] = high;
  }
  return createHash('sha256').update(halves).digest(encoding);
}

test('150 MB arrive as they are, in little memory, also when the token has expired', async () => {
  const { id, file } = await fileOf('Large');
  await site.control('expire-access-tokens', {});
  const query = new URLSearchParams({ id, attachmentId: file.attachmentId });
  const hash = createHash('sha256');
  let length = 0;
  await inLittleMemory(MEMORY_GROWTH, async () => {
    const response = await fetch(`${site.running.base}mail:messageAttachmentGet?${query}`, {
      headers: { authorization: `Bearer ${site.token}` },
    });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/octet-stream');
    assert.equal(
      response.headers.get('content-disposition'),
      "attachment; filename*=UTF-8''Plan%20%C3%A9.bin",
    );
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(response.headers.get('content-length'), String(LARGE));
    for await (const part of response.body) {
      hash.update(part);
      length += part.length;
    }
  });
  assert.equal(length, LARGE);
  assert.equal(hash.digest('hex'), expected(LARGE, 'hex'));
});

test('96 MB are passed on as they are, in little memory', async () => {
  const { id, file } = await fileOf('For others');
  const body = {
    accountEmail: mailboxes.microsoft,
    to: ['ann@customer.example'],
    subject: 'Fwd: For others',
    body: '<p>For you</p>',
    attachments: [{ messageId: id, attachmentId: file.attachmentId }],
    undoSeconds: 0,
    key: 'passed on',
  };
  const sent = async () => {
    const answer = await fetch(`${site.simulator.url}/control/sent?mailbox=${mailboxes.microsoft}`);
    return (await answer.json()).sent.filter(({ subject }) => subject === body.subject);
  };
  await inLittleMemory(MEMORY_GROWTH, async () => {
    await call(site.url, site.token, 'mail:messageSend', { body });
    await until(async () => (await sent()).length > 0, 'the mail was not sent');
  });
  const [{ filename, size, sha256 }] = (await sent())[0].attachments;
  assert.deepEqual([filename, size, sha256], ['Plan é.bin', PASSED_ON, expected(PASSED_ON, 'base64')]);
});

async function fileOf(wanted) {
  const get = (address) => site.running.call(site.token, 'GET', address);
  const { data: messages } = (await get('mailMessages:list?pageSize=50')).json();
  const { id } = messages.find(({ subject }) => subject === wanted);
  const [file] = (await get(`mailMessages:get?filterByTk=${id}`)).json().data.attachments;
  return { id, file };
}
