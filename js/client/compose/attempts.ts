// What was sent and not answered outlives the drawing of the page: it is asked for again, and not sent a second time.
import { uniqueName } from './unique';

interface Attempt {
  /** The same key twice is one mail to the server. */
  key: string;
  /** What went out under this key. */
  text?: string | undefined;
}

const attempts = new Map<string, Attempt>();

/** @param name names the composer */
export function attemptOf(name: string): Attempt {
  const attempt = attempts.get(name) ?? { key: uniqueName() };
  attempts.set(name, attempt);
  return attempt;
}

export function forgetAttempt(name: string): void {
  attempts.delete(name);
}
