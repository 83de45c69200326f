// Everything that was started is stopped again: at the end, on an error, on Ctrl-C.
import process from 'node:process';
import { stopRunning } from './run.mjs';

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

const pending = [];
let listening = false;
let finishing;

/**
 * Remembers to run `stop` when this process ends or is interrupted; the last one remembered is the first to run.
 *
 * @returns {() => Promise<void>} runs it now, and only once
 */
export function onStop(stop) {
  listen();
  let done;
  const once = () => {
    done ??= Promise.resolve().then(stop);
    return done;
  };
  pending.push(once);
  return once;
}

/** Stops everything remembered so far, in reverse order. */
export async function stopAll() {
  while (pending.length > 0) {
    try {
      await pending.pop()();
    } catch (error) {
      process.stderr.write(`while stopping: ${error.message}\n`);
      process.exitCode = 1;
    }
  }
}

function listen() {
  if (listening) return;
  listening = true;
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (!finishing)
        process.stderr.write(`\n${signal === 'SIGINT' ? 'Stopping' : `Stopping (${signal})`}…\n`);
      finishing ??= finish(code);
    });
  }
}

/** Whether a signal asked this process to end; errors are then only the consequence. */
export function isInterrupted() {
  return finishing !== undefined;
}

async function finish(code) {
  stopRunning();
  await stopAll();
  process.exit(code);
}
