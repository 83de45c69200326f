// What the tools say: a step as it begins, one line when they have to give up.
import process from 'node:process';
import { isInterrupted, stopAll } from './cleanup.mjs';
import { UserError } from './errors.mjs';

const started = performance.now();

/** Seconds since the tool was started, to one decimal. */
export function elapsed() {
  return ((performance.now() - started) / 1000).toFixed(1);
}

/** Announces a step on standard error, which leaves standard output to results. */
export function step(text) {
  process.stderr.write(`[${elapsed().padStart(6)}s] ${text}\n`);
}

/** Runs a command line tool: a UserError becomes one line, anything else keeps its stack; both exit with 1. What was started is stopped. */
export async function main(run) {
  try {
    await run();
  } catch (error) {
    if (isInterrupted()) return;
    process.stderr.write(
      error instanceof UserError ? `\n${error.message}\n` : `\n${error?.stack ?? error}\n`,
    );
    process.exitCode = 1;
  } finally {
    await stopAll();
  }
}

/** A size in bytes as a person reads it. */
export function size(bytes) {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${Math.round(bytes / 1e3)} KB`;
}
