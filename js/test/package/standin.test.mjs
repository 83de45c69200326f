// The stand-in of the package as the shim uses it: in this process, at its domain only, and no other way in or out.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { js, pkg } from '../../tools/common/paths.mjs';

const require = createRequire(import.meta.url);
const glue = path.join(pkg, 'dist/stand-in/stand_in.js');
const { manifest } = require(path.join(pkg, 'dist/wasm/email_manager.js'));
const limits = { timeoutMs: 1000, maxBytes: 1 << 20 };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const BACK = 'https://crm.example.com/admin/settings/mail/oauth2';

let loads = 0;
const { StandIn } = await loadShim((name) => {
  assert.equal(name, 'email-manager-stand-in');
  loads += 1;
  return require(glue);
});
const started = Date.now() - 1000;
const origin = `https://${started}.${manifest().standInDomain}`;

test('it is loaded with the first request, once', async () => {
  loads = 0;
  const standIn = make();
  assert.equal(loads, 0);
  await Promise.all([
    ask(standIn, `${origin}/control/mailboxes`),
    ask(standIn, `${origin}/control/mailboxes`),
  ]);
  assert.equal(loads, 1);
});

test('it serves its domain and what is below it, and nothing that looks alike', () => {
  const standIn = make();
  assert.equal(standIn.serves(`${origin}/google/token`), true);
  assert.equal(standIn.serves('https://dry-run.invalid/'), true);
  for (const other of [
    'https://gmail.googleapis.com/gmail/v1',
    'https://evildry-run.invalid/',
    'https://dry-run.invalid.example.com/',
    'https://example.com/dry-run.invalid',
    'https://dry-run.invalid@example.com/',
  ])
    assert.equal(standIn.serves(other), false, other);
});

for (const [provider, authorize, token, scope, list, email] of [
  [
    'google',
    '/google/o/oauth2/v2/auth',
    '/google/token',
    'https://www.googleapis.com/auth/gmail.modify',
    '/google/gmail/v1/users/me/messages',
    'alice@gmail.example',
  ],
  [
    'microsoft',
    '/microsoft/common/oauth2/v2.0/authorize',
    '/microsoft/common/oauth2/v2.0/token',
    'offline_access User.Read Mail.ReadWrite',
    '/microsoft/graph/v1.0/me/messages',
    'bob@outlook.example',
  ],
]) {
  test(`${provider}: consent, tokens and mail, on two nodes that share nothing`, async () => {
    const [one, other] = [make(), make()];
    const query = new URLSearchParams({
      client_id: 'dry-run',
      redirect_uri: BACK,
      response_type: 'code',
      access_type: 'offline',
      prompt: 'consent',
      scope,
      state: 'the state',
    }).toString();
    assert.equal((await ask(one, `${origin}${authorize}?${query}`)).status, 200);
    const decision = new URLSearchParams({ query, decision: 'allow', user: email });
    for (const each of scope.split(' ')) decision.append('grant', each);
    const back = await post(one, authorize, decision);
    assert.equal(back.status, 302);
    const location = new URL(back.headers.get('location'));
    assert.equal(location.origin + location.pathname, BACK);
    const client = { client_id: 'dry-run', client_secret: 'dry-run' };
    const exchange = {
      ...client,
      grant_type: 'authorization_code',
      code: location.searchParams.get('code'),
      redirect_uri: BACK,
    };
    const tokens = await (await post(other, token, exchange)).json();
    assert.ok(tokens.refresh_token, JSON.stringify(tokens));
    const again = await post(other, token, exchange);
    assert.equal(again.status, 400, 'a code works once');
    const refresh = { ...client, grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
    const renewed = await (await post(one, `${token}?deliveries=3`, refresh)).json();
    const authorization = { authorization: `Bearer ${renewed.access_token}` };
    assert.equal((await ask(other, origin + list, { headers: authorization })).status, 401);
    const found = await (await ask(one, origin + list, { headers: authorization })).json();
    assert.ok((found.messages ?? found.value).length > 0);
    const next = found['@odata.nextLink'];
    if (next) assert.equal(new URL(next).origin, origin, 'links stay with the address that was asked');
  });
}

test('what is no dry run, or of the simulator only for tests, is not there', async () => {
  const standIn = make();
  const domain = manifest().standInDomain;
  for (const address of [
    `https://${domain}/google/token`,
    `https://later.${domain}/control/mailboxes`,
    `https://${Date.now() + 1e9}.${domain}/control/mailboxes`,
    `${origin}/control/stats`,
    `${origin}/control/state?mailbox=alice@gmail.example`,
    `${origin}/elsewhere`,
  ])
    assert.equal((await ask(standIn, address)).status, 404, address);
  assert.equal((await post(standIn, '/control/reset', {})).status, 404);
});

test('an answer beyond the limit is refused', async () => {
  const request = new Request(`${origin}/control/mailboxes`);
  await assert.rejects(make().fetch(request, { maxBytes: 10 }), { code: 'response_too_large' });
});

test('the module needs nothing of its process but memory', () => {
  const wasm = readFileSync(glue.replace(/\.js$/, '_bg.wasm'));
  assert.ok(wasm.byteLength < 700_000, `${wasm.byteLength} bytes`);
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm)).map(({ name }) => name);
  assert.deepEqual(
    imports.filter((name) => !/^__wb(g|indgen)_/.test(name)),
    [],
  );
  assert.deepEqual(
    imports.filter((name) => /fetch|random|now|date/i.test(name)),
    [],
  );
});

function make() {
  return new StandIn(manifest().standInDomain);
}

function ask(standIn, url, init) {
  return standIn.fetch(new Request(url, init), limits);
}

function post(standIn, place, values) {
  const body = new URLSearchParams(values).toString();
  return ask(standIn, `${origin}${place}`, { method: 'POST', headers: form, body });
}

async function loadShim(requireFrom) {
  const { outputFiles } = await build({
    absWorkingDir: js,
    bundle: true,
    entryPoints: ['server/standin.ts'],
    external: ['email-manager-stand-in'],
    format: 'cjs',
    platform: 'node',
    supported: { 'dynamic-import': false },
    target: 'node20',
    write: false,
  });
  const module = { exports: {} };
  new Function('require', 'module', 'exports', outputFiles[0].text)(requireFrom, module, module.exports);
  return module.exports;
}
