// Files that pass through: never in memory as a whole, no faster than their reader, and never whole to look at when they
// aren't. The provider is a server of our own here.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { until } from '../../tools/nocobase/api.mjs';
import { inLittleMemory } from './memory.mjs';
import { loadServer, requireNocobase } from './nocobase.mjs';

const LARGE = 150 << 20;
const PART = Buffer.alloc(1 << 16, 'mail');
/** Bytes. */
const BETWEEN_LOOKS = 4 << 20;
const limits = { timeoutMs: 5000, maxBytes: 256 << 20 };

let server, origin, Fetcher;
/** How many bytes the provider has got rid of, and whether its last reader has gone. */
let written, isGone;

const answers = {
  '/large': (response) => {
    response.writeHead(200, { 'content-length': LARGE });
    written = 0;
    const parts = function* () {
      for (; written < LARGE; written += PART.length) yield PART;
    };
    // A reader that goes away is part of what is tested.
    pipeline(Readable.from(parts()), response).catch(() => {});
  },
  '/refused': (response) => response.writeHead(404, { 'content-type': 'application/json' }).end('{"no":1}'),
  '/gzip': (response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(900))),
  '/empty': (response) => response.writeHead(200).end(),
  '/dropped': (response) => response.writeHead(200, { 'content-length': 10 }).flushHeaders() ?? cut(response),
  '/cut': (response) => response.writeHead(200, { 'content-length': 10 }).write('x') && cut(response),
  '/stalls': (response) => response.writeHead(200, { 'content-length': 10 }).write('x'),
};

const cut = (response) => setTimeout(() => response.destroy(), 20);

before(async () => {
  ({ Fetcher } = await loadServer('fetcher.ts', await requireNocobase()));
  server = createServer((request, response) => {
    isGone = false;
    response.on('close', () => (isGone = true));
    void answers[request.url](response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

function open(path, over = {}) {
  const fetcher = new Fetcher([]);
  fetcher.allow([{ origin, private: true }]);
  return fetcher.open(new Request(origin + path), { ...limits, ...over });
}

/** All that comes, as its length. */
async function lengthOf({ source }) {
  let length = 0;
  for await (const part of source) length += part.length;
  return length;
}

test('a large file passes through whole, with its length, in little memory', async () => {
  const hash = createHash('sha256');
  await inLittleMemory(64e6, async (look) => {
    const response = await open('/large');
    assert.deepEqual([response.status, response.length], [200, String(LARGE)]);
    let [passed, next] = [0, 0];
    for await (const part of response.source) {
      hash.update(part);
      passed += part.length;
      if (passed < next) continue;
      look();
      next = passed + BETWEEN_LOOKS;
    }
  });
  const expected = createHash('sha256');
  for (let at = 0; at < LARGE; at += PART.length) expected.update(PART);
  assert.equal(hash.digest('hex'), expected.digest('hex'));
});

test('the provider is read no faster than the reader reads', async () => {
  const { source } = await open('/large');
  let earlier = -1;
  await until(async () => {
    const isStill = written === earlier;
    earlier = written;
    await sleep(100);
    return isStill;
  }, 'the provider writes on and on');
  // What is under way is in the buffers of two sockets.
  assert.ok(written < 32 << 20, `${written} bytes were read for nobody`);
  source.destroy();
  await until(async () => isGone, 'the provider was left waiting');
});

test('an answer that is no file is read, so that the module can say why', async () => {
  const response = await open('/refused');
  assert.equal(response.status, 404);
  assert.deepEqual(await response.json(), { no: 1 });
});

test('a compressed file is decompressed, and its length is not known', async () => {
  const response = await open('/gzip');
  assert.equal(response.length, undefined);
  assert.equal(await lengthOf(response), 900);
  assert.equal(await lengthOf(await open('/empty')), 0);
});

test('what fails before the first byte is an error, what fails later breaks off', async () => {
  await assert.rejects(open('/dropped'), { code: 'network_failed' });
  await assert.rejects(lengthOf(await open('/cut')));
  await assert.rejects(lengthOf(await open('/stalls', { timeoutMs: 100 })));
  await until(async () => isGone, 'a provider that stalls was waited for');
  await assert.rejects(lengthOf(await open('/large', { maxBytes: 1 << 20 })), { code: 'response_too_large' });
});

test('whoever stops ends what is under way', async () => {
  const fetcher = new Fetcher([]);
  fetcher.allow([{ origin, private: true }]);
  const response = await fetcher.open(new Request(`${origin}/large`), limits);
  fetcher.close();
  await assert.rejects(lengthOf(response));
  await until(async () => isGone, 'the provider was left waiting');
});

test('a body is read in pieces of any length, from a stream and from an answer that is whole', async () => {
  const { readNext, StreamedResponse } = await loadServer('responses.ts', await requireNocobase());
  const streamed = (parts) => new StreamedResponse(Readable.from(parts), undefined, { status: 200 });
  const pieces = async (response, length) => {
    const read = [];
    for (
      let piece = await readNext(response, length);
      piece.length > 0;
      piece = await readNext(response, length)
    )
      read.push(new TextDecoder().decode(piece));
    return read;
  };
  assert.deepEqual(await pieces(streamed([Buffer.from('ma'), Buffer.from('ilmail')]), 3), [
    'mai',
    'lma',
    'il',
  ]);
  assert.deepEqual(await pieces(streamed([]), 3), []);
  assert.deepEqual(await pieces(new Response('mail'), 3), ['mai', 'l']);
  async function* cutOff() {
    yield Buffer.from('ma');
    await sleep(1);
    throw new Error('cut off');
  }
  await assert.rejects(pieces(streamed(cutOff()), 3), /cut off/);
});
