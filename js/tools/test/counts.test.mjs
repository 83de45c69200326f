import assert from 'node:assert/strict';
import { test } from 'node:test';
import { added, countTests, judge } from './counts.mjs';

const CARGO = [
  'running 3 tests',
  'test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s',
  'test result: FAILED. 4 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s',
].join('\n');

test('adds up the binaries of a cargo run', () => {
  assert.deepEqual(countTests(CARGO), { passed: 7, failed: 2 });
});

test("reads both of node's reporters, and counts a cancelled test as failed", () => {
  assert.deepEqual(countTests('# pass 5\n# fail 1\n# cancelled 1\n'), { passed: 5, failed: 2 });
  assert.deepEqual(countTests('ℹ pass 5\nℹ fail 0\nℹ cancelled 0\n'), { passed: 5, failed: 0 });
});

test('does not read a figure that a test prints in passing', () => {
  assert.deepEqual(countTests('log: # pass 9\nthe test result: ok. 9 passed; 0 failed;\n'), {
    passed: 0,
    failed: 0,
  });
});

test('a command that ends badly fails even when every test it named passed', () => {
  assert.deepEqual(judge({ code: 101, output: 'test result: ok. 3 passed; 0 failed;' }), {
    passed: 3,
    failed: 1,
    stories: [],
  });
});

test('a command that runs no test fails', () => {
  assert.deepEqual(judge({ code: 0, output: 'test result: ok. 0 passed; 0 failed;' }), {
    passed: 0,
    failed: 1,
    stories: [],
  });
});

test('what failed is told once more, with what each runner says at its end', () => {
  const node = judge({
    code: 1,
    output: '✖ a test\nℹ pass 1\nℹ fail 1\n\n✖ failing tests:\n\n✖ a test\n  1 !== 2\n',
  });
  const cargo = judge({
    code: 101,
    output:
      'test a ... FAILED\n\nfailures:\n\n---- a stdout ----\n1 is not 2\n\ntest result: FAILED. 0 passed; 1 failed;',
  });
  const { passed, failed, stories } = added([node, cargo, judge({ code: 0, output: '# pass 3' })]);
  assert.deepEqual({ passed, failed }, { passed: 4, failed: 2 });
  assert.match(stories[0], /^✖ failing tests:\n\n✖ a test\n {2}1 !== 2$/);
  assert.match(stories[1], /^failures:\n\n---- a stdout ----\n1 is not 2/);
  assert.equal(stories.length, 2);
});
