// What the callback page reads and says.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { failed, readAnswer, SIGNED_OUT, succeeded } = await load('callback/outcome.ts');

const PAGE = 'https://crm.example/admin/settings/mail/oauth2';

test('a code is passed on with its state, who sent it and where it arrived, and nothing else of the address', () => {
  const search = '?state=s&code=c&scope=mail&authuser=0&iss=https%3A%2F%2Faccounts.example';
  const iss = 'https://accounts.example';
  assert.deepEqual(readAnswer(PAGE, search), { state: 's', code: 'c', iss, redirectUri: PAGE });
});

test('the address is that of the first client, which the providers know', () => {
  for (const address of [PAGE, `${PAGE}/`, 'https://crm.example/v/admin/settings/mail/oauth2'])
    assert.equal(readAnswer(address, '?code=c').redirectUri, PAGE);
  const elsewhere = 'https://evil.example/v/admin/settings/mail/oauth2/x';
  assert.equal(readAnswer(elsewhere, '?code=c').redirectUri, elsewhere);
});

test('a refusal is passed on with its description', () => {
  assert.deepEqual(readAnswer(PAGE, '?state=s&error=access_denied&error_description=No+thanks'), {
    state: 's',
    error: 'access_denied',
    errorDescription: 'No thanks',
    redirectUri: PAGE,
  });
});

test('an address without an answer is none', () => {
  assert.equal(readAnswer(PAGE, ''), null);
  assert.equal(readAnswer(PAGE, '?state=s'), null);
  assert.equal(readAnswer(PAGE, '?code='), null);
});

test('a new account and a renewed one are told apart', () => {
  assert.equal(succeeded('a@b.example', true).title, 'Account linked');
  assert.equal(succeeded('a@b.example', false).title, 'Authorization renewed');
  assert.deepEqual(succeeded('a@b.example', true).values, { email: 'a@b.example' });
});

test('each kind of refusal has its title, and unknown ones the words of the server', () => {
  const error = (code, status = 400) => ({ code, status, message: 'the words of the server' });
  assert.equal(failed(error('consent_denied')).kind, 'denied');
  assert.equal(failed(error('state_invalid')).title, 'This attempt is no longer valid');
  assert.equal(failed(error('invalid_input')).title, 'This is a different mailbox');
  assert.equal(failed(error('state_invalid')).text, 'the words of the server');
  assert.equal(failed(error('provider_rejected')).text, 'the words of the server');
  assert.equal(failed(error('internal', 500)).title, 'The account could not be linked');
  assert.equal(failed(error('network_failed', 0)).title, 'The account could not be linked');
  assert.equal(failed(error('unauthenticated', 401)), SIGNED_OUT);
});
