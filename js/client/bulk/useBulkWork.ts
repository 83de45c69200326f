import { useState } from 'react';
import { App } from 'antd';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { announceChange } from '../shared/changes';

/** Does something about a bulk email, says why where it can't be done, and shows what has come of it. */
export function useBulkWork(onChanged: () => Promise<void>): {
  busy: boolean;
  run: (work: () => Promise<void>) => Promise<void>;
} {
  const { say } = useLane();
  const app = App.useApp();
  const [busy, setBusy] = useState(false);
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      app.message.error(say((error as MailError).message));
    } finally {
      setBusy(false);
      announceChange();
      await onChanged();
    }
  };
  return { busy, run };
}
