import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const home = mkdtempSync(path.join(tmpdir(), 'lock-'));
after(() => rmSync(home, { recursive: true }));
process.env.XDG_CACHE_HOME = home;
const { withLock } = await import('../common/lock.mjs');

test('two who want the same lock work one after the other', async () => {
  const events = [];
  const work = (name) => async () => {
    events.push(`${name} begins`);
    await sleep(50);
    events.push(`${name} ends`);
  };
  await Promise.all([withLock('shared', work('first')), withLock('shared', work('second'))]);
  assert.deepEqual(events, ['first begins', 'first ends', 'second begins', 'second ends']);
});

test('a lock is released when the work fails', async () => {
  const failing = withLock('failing', () => Promise.reject(new Error('no')));
  await assert.rejects(failing, /no/);
  assert.equal(await withLock('failing', () => 'again'), 'again');
});

test('a lock whose owner is gone is taken over', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  const folder = path.join(home, 'email-manager');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'abandoned.lock'), String(pid));
  assert.equal(await withLock('abandoned', () => 'mine'), 'mine');
  assert.equal(existsSync(path.join(folder, 'abandoned.lock')), false);
});
