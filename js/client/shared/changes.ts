import { useEffect, useRef } from 'react';
import { useLane } from '../host/lane';
import { throttle } from './throttle';

const local = new EventTarget();

/** Tells the other parts of this page, such as the badge in the top bar, that mails or accounts were changed here. */
export function announceChange(): void {
  local.dispatchEvent(new Event('change'));
}

/** Calls `listener` when mails have changed, here or on the server; at most once in `milliseconds`. */
export function useMailChanges(listener: () => void, milliseconds = 1000): void {
  const lane = useLane();
  const current = useRef(listener);
  current.current = listener;
  useEffect(() => {
    const run = throttle(() => current.current(), milliseconds);
    const stops = ['mail:messages', 'mail:sync'].map((type) => lane.onEvent(type, run));
    local.addEventListener('change', run);
    return () => {
      run.cancel();
      stops.forEach((stop) => stop());
      local.removeEventListener('change', run);
    };
  }, [lane, milliseconds]);
}
