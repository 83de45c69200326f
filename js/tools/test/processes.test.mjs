import assert from 'node:assert/strict';
import { mkdtempSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { isAlive, members, startGroup, stopRemembered } from '../common/processes.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'processes-'));
after(() => rmSync(folder, { recursive: true }));

function startSleeper(name) {
  const script = `require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']); setInterval(() => {}, 1000);`;
  return startGroup(process.execPath, ['-e', script], {
    cwd: folder,
    log: path.join(folder, `${name}.log`),
    pidFile: path.join(folder, `${name}.pid`),
  });
}

test('stopping a process stops its children and forgets it', async () => {
  const sleeper = startSleeper('stopped');
  while (members(sleeper.pid).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  await sleeper.stop();
  assert.deepEqual(members(sleeper.pid), []);
  assert.equal(existsSync(path.join(folder, 'stopped.pid')), false);
});

test('a process that a killed run left behind is stopped by what the file remembers', async () => {
  const sleeper = startSleeper('left');
  await stopRemembered(path.join(folder, 'left.pid'));
  assert.deepEqual(members(sleeper.pid), []);
});

test('an id that belongs to another process by now is left alone', async () => {
  const sleeper = startSleeper('other');
  const [pid] = readFileSync(path.join(folder, 'other.pid'), 'utf8').split(' ');
  const stale = path.join(folder, 'stale.pid');
  writeFileSync(stale, `${pid} Thu Jan  1 00:00:00 1970`);
  await stopRemembered(stale);
  assert.equal(isAlive(sleeper.pid), true);
  assert.equal(existsSync(stale), false);
  await sleeper.stop();
});

test('this process is alive and one that never was is not', () => {
  assert.equal(isAlive(process.pid), true);
  assert.equal(isAlive(2 ** 30), false);
});
