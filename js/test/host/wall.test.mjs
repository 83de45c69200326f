// Where the module's requests may not lead: this machine and private networks, whatever a name means when it is asked.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, before, beforeEach, test } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { certificateFor } from './certificate.mjs';
import { loadServer, requireNocobase } from './nocobase.mjs';

const NAME = 'provider.test';
const limits = { timeoutMs: 5000, maxBytes: 1000 };

/** Of each range one address that is nobody's on the internet, with its hidden forms. */
const PRIVATE = [
  ...['0.0.0.0', '0.1.2.3', '10.1.2.3', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.255.254'],
  ...[
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
  ],
  ...['198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
  ...['::', '::1', '::127.0.0.1', 'fe80::1', 'fe80::1%lo', 'fec0::1', 'fc00::1', 'fd12:3456::1', 'ff02::1'],
  ...[
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:169.254.169.254',
    '::ffff:0:127.0.0.1',
    '::ffff:8.8.8.8',
  ],
  ...['64:ff9b::127.0.0.1', '64:ff9b::10.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::1', '100::1'],
  ...['2002:7f00:1::', '2002:a00:1::1', '2001:0:7f00:1::1', '2001:db8::1', '3fff::1', '4000::1', '5f00::1'],
];

const PUBLIC = [
  ...[
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.1',
  ],
  ...['169.253.255.255', '172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0', '223.255.255.255'],
  ...['2000::1', '2606:4700::1111', '2a00:1450:4001:81b::200a', '64:ff9b::8.8.8.8', '2003::1'],
];

/** In the part of IPv6 that is routed, and given to nobody: connecting to it comes to nothing. */
const NOBODYS = '2000::1';

let Fetcher, isPublic, server, secure, certificate, connections, port, securePort;

before(async () => {
  const requireHost = await requireNocobase();
  ({ Fetcher } = await loadServer('fetcher.ts', requireHost));
  ({ isPublic } = await loadServer('addresses.ts', requireHost));
  certificate = certificateFor(NAME);
  const answer = (_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('reached'));
  [server, secure] = [createServer(answer), createSecureServer(certificate, answer)];
  for (const each of [server, secure]) {
    each.on('connection', () => (connections += 1));
    await new Promise((resolve) => each.listen(0, '127.0.0.1', resolve));
  }
  [port, securePort] = [server, secure].map((each) => each.address().port);
});

beforeEach(() => (connections = 0));

after(() => {
  for (const each of [server, secure]) {
    each.closeAllConnections();
    each.close();
  }
});

/** A resolver whose answers come in this order, the last one again and again. */
function resolver(...answers) {
  const asked = [];
  const resolve = (hostname, options, callback) => {
    const addresses = answers[Math.min(asked.push(hostname), answers.length) - 1];
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    setImmediate(() =>
      options.all ? callback(null, found) : callback(null, found[0].address, found[0].family),
    );
  };
  return Object.assign(resolve, { asked });
}

const get = (fetcher, origin, over = {}) => fetcher.fetch(new Request(`${origin}/`), { ...limits, ...over });

test('every private, reserved or hidden address is told from the public ones', () => {
  for (const address of PRIVATE) assert.equal(isPublic(address), false, address);
  for (const address of PUBLIC) assert.equal(isPublic(address), true, address);
  for (const nonsense of ['', 'localhost', '127.1', '8.8.8.8:80', '[::1]']) {
    assert.equal(isPublic(nonsense), false, nonsense);
  }
});

test('a name that leads to a private address is refused for the manifest and for what was allowed without it', async () => {
  for (const scheme of ['http', 'https']) {
    const origin = `${scheme}://${NAME}:${scheme === 'http' ? port : securePort}`;
    for (const address of PRIVATE) {
      const declared = new Fetcher([origin], resolver([address]));
      await assert.rejects(get(declared, origin), { code: 'forbidden' }, address);
      const entered = new Fetcher([], resolver([address]));
      entered.allow([{ origin, private: false }]);
      await assert.rejects(
        get(entered, origin),
        { code: 'forbidden', message: 'the address is private' },
        address,
      );
    }
  }
  assert.equal(connections, 0);
});

test('an address written as one is refused as well, in every spelling', async () => {
  const spellings = [
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
  ];
  for (const host of [...spellings, '169.254.169.254', '[::ffff:7f00:1]', '[64:ff9b::7f00:1]', 'localhost']) {
    const origin = `http://${host}:${port}`;
    await assert.rejects(get(new Fetcher([origin]), origin), { code: 'forbidden' }, host);
  }
  assert.equal(connections, 0);
});

test('a name that is public first and private when it is connected to reaches nothing', async () => {
  const origin = `http://${NAME}:${port}`;
  const resolve = resolver([NOBODYS], ['127.0.0.1']);
  const fetcher = new Fetcher([origin], resolve);
  // What was looked up is what is connected to; nobody asks again in between.
  await assert.rejects(get(fetcher, origin, { timeoutMs: 300 }), { code: 'network_failed' });
  assert.deepEqual(resolve.asked, [NAME]);
  await assert.rejects(get(fetcher, origin), { code: 'forbidden' });
  assert.equal(resolve.asked.length, 2);
  assert.equal(connections, 0);
});

test('of several addresses the private ones are left out', async () => {
  const origin = `http://${NAME}:${port}`;
  const fetcher = new Fetcher([origin], resolver(['127.0.0.1', NOBODYS, '::1']));
  await assert.rejects(get(fetcher, origin, { timeoutMs: 300 }), { code: 'network_failed' });
  assert.equal(connections, 0);
});

test('an origin that may be private is reached, and opens no other', async () => {
  const [origin, other] = [`http://${NAME}:${port}`, `https://${NAME}:${securePort}`];
  const fetcher = new Fetcher([other], resolver(['127.0.0.1']));
  fetcher.allow([{ origin, private: true }]);
  assert.equal(await (await get(fetcher, origin)).text(), 'reached');
  assert.equal(connections, 1);
  for (const closed of [other, `http://${NAME}:${securePort}`, `http://${NAME}`]) {
    await assert.rejects(get(fetcher, closed), { code: 'forbidden' }, closed);
  }
  assert.equal(connections, 1);
});

test('a kept connection is of no use once its origin may not be private any more', async () => {
  const origin = `http://${NAME}:${port}`;
  const fetcher = new Fetcher([origin], resolver(['127.0.0.1']));
  fetcher.allow([{ origin, private: true }]);
  assert.equal((await get(fetcher, origin)).status, 200);
  fetcher.allow([{ origin, private: false }]);
  await assert.rejects(get(fetcher, origin), { code: 'forbidden' });
  fetcher.allow([
    { origin, private: true },
    { origin, private: false },
  ]);
  assert.equal((await get(fetcher, origin)).status, 200);
  fetcher.allow([]);
  await assert.rejects(
    get(fetcher, origin),
    { code: 'forbidden' },
    'the manifest alone allows nothing private',
  );
});

test('a name that nobody knows is no private one, and a server that cannot prove its name is not asked', async () => {
  const unknown = (hostname, options, callback) =>
    callback(Object.assign(new Error(), { code: 'ENOTFOUND' }));
  const origin = `https://${NAME}:${securePort}`;
  await assert.rejects(get(new Fetcher([origin], unknown), origin), {
    code: 'network_failed',
    message: 'ENOTFOUND',
  });
  const fetcher = new Fetcher([], resolver(['127.0.0.1']));
  fetcher.allow([{ origin, private: true }]);
  await assert.rejects(get(fetcher, origin), {
    code: 'network_failed',
    message: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  });
});

test('https among frozen intrinsics: the wall stands, and what it lets through arrives', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'email-manager-wall-'));
  const authority = path.join(home, 'authority.pem');
  writeFileSync(authority, certificate.cert);
  const script = path.join(import.meta.dirname, 'frozen.mjs');
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: authority };
  const origin = `https://${NAME}:${securePort}`;
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [script, origin], { env });
    assert.deepEqual(JSON.parse(stdout.trim().split('\n').at(-1)), ['reached', 'forbidden']);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
