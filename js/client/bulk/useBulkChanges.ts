import { useEffect } from 'react';
import { useLane } from '../host/lane';
import { useMailChanges } from '../shared/changes';
import { throttle } from '../shared/throttle';

/** Milliseconds between two refreshes while a bulk email is being sent. */
const OFTEN = 1000;

/** Calls `reload` when a bulk email, or a mail that it consists of, has changed. */
export function useBulkChanges(reload: () => Promise<void>): void {
  const lane = useLane();
  useMailChanges(() => void reload());
  useEffect(() => {
    const run = throttle(() => void reload(), OFTEN);
    const stops = ['mail:bulk', 'mail:outbox'].map((type) => lane.onEvent(type, run));
    return () => {
      run.cancel();
      stops.forEach((stop) => stop());
    };
  }, [lane, reload]);
}
