// Reads how many tests passed and failed from what the test runners print.

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

/**
 * The result of one command: a command that ended badly counts as a failure even when no test says so, for instance because
 * the tests don't compile, and so does one that ran no test.
 */
export function judge({ code, output }) {
  const { passed, failed } = countTests(output);
  const isBad = code !== 0 || passed + failed === 0;
  return { passed, failed: failed === 0 && isBad ? 1 : failed };
}
