// The module's way to the network, against a server of our own. Which addresses it may not lead to is in wall.test.mjs.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { loadServer, requireNocobase } from './nocobase.mjs';

const limits = { timeoutMs: 5000, maxBytes: 1000 };

let server, origin, Fetcher, sockets;

const answers = {
  '/echo': (request, response, body) => {
    response.writeHead(201, { 'content-type': 'text/plain', 'set-cookie': 'a=b', 'retry-after': '7' });
    response.end(`${request.method} ${request.headers.authorization} ${body}`);
  },
  '/redirect': (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
  '/empty': (_, response) => response.writeHead(204).end(),
  '/gzip': (_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(900))),
  '/bomb': (_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1e6))),
  '/endless': (_, response) => {
    const timer = setInterval(() => response.write('x'.repeat(100)), 1);
    response.on('close', () => clearInterval(timer));
  },
  '/stalls': (_, response) => response.writeHead(200).write('x'),
  '/breaks': (_, response) => {
    response.writeHead(200, { 'content-length': '10' }).write('x');
    setTimeout(() => response.destroy(), 10);
  },
  '/cut': (_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(900)).subarray(0, 20)),
  '/brotli': (_, response) =>
    response.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync('x'.repeat(900))),
  '/strange': (_, response) => response.writeHead(200, { 'content-encoding': 'zstd' }).end('x'),
  '/switches': (request) =>
    request.socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  '/nonsense': (request) => request.socket.end('HTTP/1.1 999 Nonsense\r\ncontent-length: 0\r\n\r\n'),
  '/headers': (request, response) => {
    response.setHeader('x-many', ['a', 'b']);
    response.end(JSON.stringify(request.headers));
  },
};

before(async () => {
  ({ Fetcher } = await loadServer('fetcher.ts', await requireNocobase()));
  sockets = new Set();
  server = createServer((request, response) => {
    sockets.add(request.socket);
    const body = [];
    request.on('data', (chunk) => body.push(chunk));
    request.on('end', () => answers[request.url](request, response, Buffer.concat(body)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

/** A fetcher that may reach the server of this file. */
function fetcherHere() {
  const fetcher = new Fetcher([]);
  fetcher.allow([{ origin, private: true }]);
  return fetcher;
}

const get = (path, over = {}) => fetcherHere().fetch(new Request(origin + path), { ...limits, ...over });

test('a request and its answer pass, without cookies', async () => {
  const request = new Request(`${origin}/echo`, {
    method: 'POST',
    body: 'a=1',
    headers: { authorization: 'Bearer x' },
  });
  const response = await fetcherHere().fetch(request, limits);
  assert.equal(response.status, 201);
  assert.equal(await response.text(), 'POST Bearer x a=1');
  assert.equal(response.headers.get('retry-after'), '7');
  assert.equal(response.headers.get('set-cookie'), null);
});

test('headers pass both ways, and what is asked for can be read', async () => {
  const request = new Request(`${origin}/headers`, { headers: { accept: 'text/x', prefer: 'a, b' } });
  const response = await fetcherHere().fetch(request, limits);
  assert.equal(response.headers.get('x-many'), 'a, b');
  const { accept, prefer, ...sent } = await response.json();
  assert.deepEqual([accept, prefer, sent['accept-encoding']], ['text/x', 'a, b', 'gzip, br']);
  assert.equal(sent['content-length'], undefined);
});

test('a redirect is an answer and not followed', async () => {
  const response = await get('/redirect');
  assert.equal(response.status, 302);
  assert.equal(response.headers.get('location'), 'http://127.0.0.1:1/');
});

test('an answer without a body has none', async () => {
  const response = await get('/empty');
  assert.deepEqual([response.status, await response.text()], [204, '']);
});

test('a compressed answer arrives decompressed and says so', async () => {
  const response = await get('/gzip');
  assert.equal(await response.text(), 'x'.repeat(900));
  assert.equal(response.headers.get('content-encoding'), null);
  assert.equal(await (await get('/brotli')).text(), 'x'.repeat(900));
  assert.deepEqual(Buffer.from(await (await get('/gzip')).arrayBuffer()), Buffer.alloc(900, 'x'));
});

test('an answer that is cut, encoded strangely or no answer at all is none', async () => {
  for (const path of ['/cut', '/strange', '/switches', '/nonsense']) {
    await assert.rejects(get(path), { code: 'network_failed' }, path);
  }
});

test('the limit counts what comes out of the compression, and ends an endless answer', async () => {
  for (const path of ['/bomb', '/endless']) {
    await assert.rejects(get(path), { code: 'response_too_large' }, path);
  }
});

test('an answer that stalls ends with the time limit', async () => {
  await assert.rejects(get('/stalls', { timeoutMs: 50 }), {
    code: 'network_failed',
    message: /within 50 ms/,
  });
});

test('a broken connection and an unreachable server are named without addresses', async () => {
  await assert.rejects(get('/breaks'), { code: 'network_failed' });
  const fetcher = new Fetcher([]);
  fetcher.allow([{ origin: 'http://127.0.0.1:1', private: true }]);
  const unreachable = fetcher.fetch(new Request('http://127.0.0.1:1/?secret'), limits);
  await assert.rejects(
    unreachable,
    (error) => error.code === 'network_failed' && !/secret|127/.test(error.message),
  );
});

test('only known origins are fetched', async () => {
  const fetcher = new Fetcher(['https://provider.example/path']);
  const attempt = (address) => fetcher.fetch(new Request(address), limits);
  for (const address of [
    `${origin}/empty`,
    'http://provider.example/',
    'https://provider.example.evil.test/',
    'data:,x',
  ]) {
    await assert.rejects(attempt(address), { code: 'forbidden' }, address);
  }
  fetcher.allow([origin, 'nonsense', 'data:,x'].map((each) => ({ origin: each, private: true })));
  assert.equal((await attempt(`${origin}/empty`)).status, 204);
  await assert.rejects(attempt('data:,x'), { code: 'forbidden' });
  fetcher.allow([]);
  await assert.rejects(attempt(`${origin}/empty`), { code: 'forbidden' });
});

test('closing ends what is under way and what comes later', async () => {
  const fetcher = fetcherHere();
  const waiting = fetcher.fetch(new Request(`${origin}/stalls`), limits);
  setTimeout(() => fetcher.close(), 20);
  await assert.rejects(waiting, { code: 'network_failed' });
  await assert.rejects(fetcher.fetch(new Request(`${origin}/empty`), limits), { code: 'network_failed' });
});

test('connections are kept for the next request', async () => {
  sockets.clear();
  const fetcher = fetcherHere();
  for (let count = 0; count < 8; count += 1) await fetcher.fetch(new Request(`${origin}/gzip`), limits);
  assert.equal(sockets.size, 1);
});
