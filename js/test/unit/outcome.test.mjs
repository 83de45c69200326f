// What the callback page reads and says.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { failed, readAnswer, SIGNED_OUT, succeeded } = await load('callback/outcome.ts');

test('a code is passed on with its state, and nothing else of the address', () => {
  assert.deepEqual(readAnswer('?state=s&code=c&scope=mail&authuser=0'), { state: 's', code: 'c' });
});

test('who answers is passed on, so that the server notices an answer of somebody else', () => {
  assert.equal(readAnswer('?state=s&code=c&iss=https%3A%2F%2Fevil.example').iss, 'https://evil.example');
});

test('a refusal is passed on with its description', () => {
  assert.deepEqual(readAnswer('?state=s&error=access_denied&error_description=No+thanks'), {
    state: 's',
    error: 'access_denied',
    errorDescription: 'No thanks',
  });
});

test('an address without an answer is none', () => {
  assert.equal(readAnswer(''), null);
  assert.equal(readAnswer('?state=s'), null);
  assert.equal(readAnswer('?code='), null);
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
  assert.equal(failed(error('provider_rejected')).text, 'the words of the server');
  assert.equal(failed(error('internal', 500)).title, 'The account could not be linked');
  assert.equal(failed(error('network_failed', 0)).title, 'The account could not be linked');
  assert.equal(failed(error('unauthenticated', 401)), SIGNED_OUT);
});
