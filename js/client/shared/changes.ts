import { useEffect, useRef } from 'react';
import { useLane } from '../host/lane';
import { throttle } from './throttle';

const local = new EventTarget();

/** Tells the other parts of this page, such as the badge in the top bar, that mails or accounts were changed here. */
export function announceChange(): void {
  local.dispatchEvent(new Event('change'));
}

/** Milliseconds between two refreshes after what the user did: they wait for it. */
const OWN = 300;
/** Milliseconds between two refreshes otherwise. A first sync changes something all the time: then a list every few seconds is enough. */
const SHORTEST = 2000;
const LONGEST = 16000;

/**
 * Calls `listener` when mails have changed, here or on the server; at once after what was done here, else at most every two
 * seconds. It is called, too, when the browser has a network again: what changed meanwhile nobody could tell it.
 */
export function useMailChanges(listener: () => void): void {
  const lane = useLane();
  const current = useRef(listener);
  current.current = listener;
  useEffect(() => {
    const run = throttle(() => current.current(), SHORTEST, LONGEST);
    const runSoon = throttle(() => current.current(), OWN);
    const stops = ['mail:messages', 'mail:sync'].map((type) => lane.onEvent(type, run));
    local.addEventListener('change', runSoon);
    window.addEventListener('online', runSoon);
    return () => {
      run.cancel();
      runSoon.cancel();
      stops.forEach((stop) => stop());
      local.removeEventListener('change', runSoon);
      window.removeEventListener('online', runSoon);
    };
  }, [lane]);
}
