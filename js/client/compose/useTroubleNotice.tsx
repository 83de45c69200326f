import React, { useEffect, useRef, useState } from 'react';
import { App, Button } from 'antd';
import { type Lane, useLane } from '../host/lane';
import { amount, personName } from '../shared/format';
import type { OutboxEntry } from './types';

type Trouble = 'failed' | 'ambiguous';

interface Options {
  /** What is known of the outbox. */
  entries: OutboxEntry[];
  reload: () => Promise<void>;
  /** Whether the outbox is open: it shows them all, and must not be covered. */
  isOpen: boolean;
  show: () => void;
}

/** Says which mail could not be sent, or perhaps was not, until its user has seen the outbox. */
export function useTroubleNotice({ entries, reload, isOpen, show }: Options): void {
  const lane = useLane();
  const [told, setTold] = useState<Record<Trouble, number[]>>({ failed: [], ambiguous: [] });
  const forget = (trouble: Trouble) => setTold((before) => ({ ...before, [trouble]: [] }));

  useEffect(
    () =>
      lane.onEvent('mail:outbox', (payload) => {
        const { id, state } = payload as Pick<OutboxEntry, 'id' | 'state'>;
        // Then it is known what the mail is called.
        void reload().then(() => {
          if (state !== 'failed' && state !== 'ambiguous') return;
          setTold((before) => ({ ...before, [state]: [...new Set([...before[state], id])] }));
        });
      }),
    [lane, reload],
  );
  useEffect(() => {
    if (isOpen && told.failed.length + told.ambiguous.length > 0) setTold({ failed: [], ambiguous: [] });
  }, [isOpen, told]);

  const textOf = (trouble: Trouble) =>
    isOpen || told[trouble].length === 0 ? undefined : sentence(trouble, told[trouble], entries, lane);
  useNotice('failed', textOf('failed'), show, forget);
  useNotice('ambiguous', textOf('ambiguous'), show, forget);
}

/** One for all: of a bulk email, many may fail at once. */
function useNotice(
  trouble: Trouble,
  text: string | undefined,
  show: () => void,
  forget: (trouble: Trouble) => void,
) {
  const { t } = useLane();
  const { notification } = App.useApp();
  const newest = useRef({ show, forget, t });
  newest.current = { show, forget, t };
  useEffect(() => {
    const key = `mail-outbox-${trouble}`;
    if (text === undefined) {
      notification.destroy(key);
      return;
    }
    notification.warning({
      key,
      // What went wrong with a mail is not missed by looking away.
      duration: 0,
      message: text,
      btn: (
        <Button onClick={() => newest.current.show()} size="small" type="primary">
          {newest.current.t('Look at it')}
        </Button>
      ),
      onClose: () => newest.current.forget(trouble),
    });
  }, [trouble, text, notification]);
}

function sentence(trouble: Trouble, ids: number[], entries: OutboxEntry[], { t, language }: Lane): string {
  const isFailed = trouble === 'failed';
  if (ids.length > 1) {
    const count = { count: amount(ids.length, language()) };
    return isFailed
      ? t('{{count}} emails could not be sent', count)
      : t('{{count}} emails may not have been sent', count);
  }
  const entry = entries.find(({ id }) => id === ids[0]);
  const subject = entry?.subject.trim();
  if (subject)
    return isFailed
      ? t('“{{subject}}” could not be sent', { subject })
      : t('“{{subject}}” may not have been sent', { subject });
  const name = personName(entry?.to[0]);
  if (name)
    return isFailed
      ? t('An email to {{name}} could not be sent', { name })
      : t('An email to {{name}} may not have been sent', { name });
  return isFailed ? t('An email could not be sent') : t('An email may not have been sent');
}
