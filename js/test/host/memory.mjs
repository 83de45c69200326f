// How much memory this process holds on to.
import assert from 'node:assert/strict';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Milliseconds: collecting takes the process a while. */
const BETWEEN_LOOKS = 500;

/**
 * Fails where the memory of this process grows by more than `most` bytes while `work` runs. What nobody holds any more is not
 * counted. `work` is given a function that looks at once, for what doesn't take long enough to be looked at.
 */
export async function inLittleMemory(most, work) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const held = () => {
    collect();
    return process.memoryUsage.rss();
  };
  const settled = held();
  let highest = settled;
  const look = () => (highest = Math.max(highest, held()));
  const watch = setInterval(look, BETWEEN_LOOKS);
  try {
    await work(look);
  } finally {
    clearInterval(watch);
  }
  const growth = highest - settled;
  assert.ok(growth < most, `memory grew by ${Math.round(growth / 1e6)} MB`);
}
