// Reads how many tests passed and failed, and why, from what the test runners print.

const FORMATS = [
  // cargo test, and wasm-bindgen-test-runner in the same words: one line for each binary.
  /^test result: \S+ (?<passed>\d+) passed; (?<failed>\d+) failed;/,
  // node --test, in its tap and spec reporters: one line for each figure.
  /^(?:#|ℹ) pass (?<passed>\d+)$/,
  /^(?:#|ℹ) fail (?<failed>\d+)$/,
  /^(?:#|ℹ) cancelled (?<failed>\d+)$/,
];

/** Sums the figures found in `output`. */
export function countTests(output) {
  const total = { passed: 0, failed: 0 };
  for (const line of output.split('\n')) {
    for (const format of FORMATS) {
      const { passed = 0, failed = 0 } = line.trim().match(format)?.groups ?? {};
      total.passed += Number(passed);
      total.failed += Number(failed);
    }
  }
  return total;
}

/** Where the runners of node and of cargo say once more, at their end, which tests failed and with what. */
const FAILURES = /^(?:✖ failing tests:|failures:)$/m;

/** As much of it as is read. */
const LONGEST_STORY = 5_000;

function failuresOf(output) {
  const story = output.slice(output.search(FAILURES)).trim();
  return story.length > LONGEST_STORY ? `${story.slice(0, LONGEST_STORY)} …` : story;
}

/**
 * The result of one command: a command that ended badly counts as a failure even when no test says so, for instance because
 * the tests don't compile, and so does one that ran no test. `stories` has what is known of the failures.
 */
export function judge({ code, output }) {
  const { passed, failed } = countTests(output);
  const isBad = code !== 0 || passed + failed === 0;
  const stories = FAILURES.test(output) ? [failuresOf(output)] : [];
  return { passed, failed: failed === 0 && isBad ? 1 : failed, stories };
}

/** The sum of several results. */
export function added(results) {
  const sum = (figure) => results.reduce((total, each) => total + each[figure], 0);
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    stories: results.flatMap(({ stories = [] }) => stories),
  };
}
