// The schedules' lanes: how many steps are under way at once, and that they end together.
import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { Schedules } = await load('../server/schedules.ts');
const log = { error: () => undefined };
const turns = async (count) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('as many steps are under way at once as the manifest allows, and each lane goes on by itself', async () => {
  const waiting = [];
  let running = 0;
  let most = 0;
  const step = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => waiting.push(resolve));
    running -= 1;
    return { again: waiting.length < 12 };
  };
  const schedules = new Schedules([{ name: 'sync', everySeconds: 3600, concurrency: 3 }], step, log);
  schedules.start();
  await turns(3);
  assert.equal(running, 3);
  // A lane that waits for its provider doesn't hold up the others.
  for (let done = 1; done < 40; done += 1) {
    waiting[done]?.();
    await turns(3);
  }
  assert.ok(waiting.length >= 12, `${waiting.length} steps beside the one that waits`);
  assert.equal(most, 3);
  waiting[0]();
  for (let done = 0; done < 40; done += 1) {
    waiting[done]?.();
    await turns(2);
  }
  await schedules.stop();
  assert.equal(running, 0);
});

test('a lane whose step fails leaves the others at work and tries again when it is woken', async () => {
  let calls = 0;
  const failures = [];
  const step = () => {
    calls += 1;
    return calls === 1
      ? Promise.reject(new Error('the storage failed'))
      : Promise.resolve({ again: calls < 6 });
  };
  const schedules = new Schedules([{ name: 'sync', everySeconds: 3600, concurrency: 2 }], step, {
    error: (line) => failures.push(line),
  });
  schedules.start();
  await turns(12);
  assert.equal(failures.length, 1);
  assert.equal(calls, 6);
  schedules.wake('sync');
  await turns(3);
  assert.equal(calls, 8, 'both lanes look');
  await schedules.stop();
  schedules.wake('sync');
  await turns(3);
  assert.equal(calls, 8);
});
