import { useEffect, useRef, useState } from 'react';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useComposeActions } from './actions';
import { totalOf } from './Files';
import { hintsFor } from './hints';
import { invalidRecipients } from './recipients';
import { limitText } from './senders';
import type { Letter, MailPayload, OutboxEntry } from './types';
import { uniqueName } from './unique';
import type { DraftKeeper } from './useDraft';
import type { Uploading } from './useFiles';

/** How long a mail can be taken back, in seconds. */
export const UNDO_SECONDS = 10;

interface Options {
  letter: Letter;
  payload: MailPayload;
  draft: DraftKeeper;
  uploading: Uploading[];
  largest: number;
  onSent: (entry: OutboxEntry) => void;
}

/** Sends a mail once, however often it is asked to. */
export function useSending(options: Options): {
  send: (scheduleSendAt?: string) => void;
  busy: boolean;
  /** Files are still on their way, or are too large. */
  blocked: boolean;
  problem: string | undefined;
  /** What may have been forgotten; sending again sends all the same. */
  hint: string | undefined;
} {
  const { letter, uploading, largest } = options;
  const { t, say } = useLane();
  const actions = useComposeActions();
  // The same key twice is one mail to the server.
  const key = useRef(uniqueName());
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [hint, setHint] = useState<string>();
  const newest = useRef(options);
  newest.current = options;
  const isUp = uploading.some(({ error }) => !error);
  const isTooLarge = totalOf(letter.files, uploading) > largest;

  // What was said is about the mail as it was.
  useEffect(() => {
    setProblem(undefined);
    setHint(undefined);
  }, [letter]);

  const refusal = (): string | undefined => {
    const { to, cc, bcc } = newest.current.letter;
    const [invalid] = invalidRecipients([to, cc, bcc]);
    if (to.length + cc.length + bcc.length === 0) return t('Enter at least one recipient.');
    if (invalid) return t('{{address}} is not a complete e-mail address', { address: invalid.address });
    if (newest.current.uploading.length > 0)
      return t('A file is not uploaded yet: wait for it, or remove it.');
    if (isTooLarge)
      return t('The files are too large: this mailbox sends at most {{limit}} in one email.', {
        limit: limitText(largest),
      });
    return undefined;
  };
  const forgotten = (): string | undefined => {
    const hints = hintsFor(newest.current.letter);
    if (hints.length === 2)
      return t('There is no subject, and the text speaks of a file that is not attached.');
    if (hints[0] === 'subject') return t('There is no subject.');
    if (hints[0] === 'files') return t('The text speaks of a file, but none is attached.');
    return undefined;
  };

  const post = async (scheduleSendAt: string | undefined) => {
    running.current = true;
    setBusy(true);
    const { draft, payload, onSent } = newest.current;
    await draft.stop();
    try {
      const entry = await actions.send(payload, {
        key: key.current,
        undoSeconds: UNDO_SECONDS,
        draft: draft.current(),
        ...(scheduleSendAt && { scheduleSendAt }),
      });
      draft.end();
      onSent(entry);
    } catch (error) {
      const { status, field, message } = error as MailError;
      running.current = false;
      setBusy(false);
      if (status === 409 && (field === 'id' || field === 'version')) draft.conflict(error as MailError);
      else {
        setProblem(say(message));
        draft.resume();
      }
    }
  };

  const send = (scheduleSendAt?: string) => {
    if (running.current) return;
    const refused = refusal();
    setProblem(refused);
    if (refused) return;
    const said = hint ? undefined : forgotten();
    setHint(said);
    if (!said) void post(scheduleSendAt);
  };
  return { send, busy, blocked: isUp || isTooLarge, problem, hint };
}
