import { useEffect, useRef, useState } from 'react';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useComposeActions } from './actions';
import { attemptOf, forgetAttempt } from './attempts';
import { isRefusal } from './draftSaver';
import { totalOf } from './Files';
import { hintsFor } from './hints';
import { invalidRecipients } from './recipients';
import { limitText } from './senders';
import type { Accepted, Letter, MailPayload } from './types';
import type { DraftKeeper } from './useDraft';
import type { Uploading } from './uploads';

/** How long a mail can be taken back, in seconds. */
export const UNDO_SECONDS = 10;

interface Options {
  /** Names the composer. */
  name: string;
  letter: Letter;
  payload: MailPayload;
  draft: DraftKeeper;
  uploading: readonly Uploading[];
  largest: number;
  /** Each recipient gets an email of their own, so many milliseconds apart. */
  interval: number | undefined;
  onSent: (accepted: Accepted) => void;
}

/** Sends a mail once, however often it is asked to. */
export function useSending(options: Options): {
  send: (scheduleSendAt?: string) => void;
  busy: boolean;
  /** Files are still on their way, or are too large. */
  blocked: boolean;
  problem: string | undefined;
  /** What may have been forgotten, with the way to send all the same. */
  hint: { text: string; sendAnyway: () => void } | undefined;
} {
  const { name, letter, payload, uploading, largest } = options;
  const { t, say, language } = useLane();
  const actions = useComposeActions();
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [hint, setHint] = useState<{ text: string; scheduleSendAt: string | undefined }>();
  const newest = useRef(options);
  newest.current = options;
  const isUp = uploading.some(({ error }) => !error);
  const isTooLarge = totalOf(payload.attachments, uploading) > largest;

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
        limit: limitText(largest, language()),
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

  const fail = (said: string | undefined) => {
    running.current = false;
    setBusy(false);
    setProblem(said);
  };

  const post = async (scheduleSendAt: string | undefined) => {
    running.current = true;
    setBusy(true);
    setHint(undefined);
    const { draft, payload, interval, onSent } = newest.current;
    await draft.stop();
    const attempt = attemptOf(name);
    const text = JSON.stringify([payload, scheduleSendAt, interval]);
    attempt.text ??= text;
    try {
      const more = {
        key: attempt.key,
        undoSeconds: UNDO_SECONDS,
        draft: draft.current(),
        ...(scheduleSendAt && { scheduleSendAt }),
      };
      const accepted: Accepted =
        interval === undefined
          ? { entry: await actions.send(payload, more) }
          : { bulk: await actions.sendIndividually(payload, { ...more, interval }) };
      forgetAttempt(name);
      if ((accepted.entry ?? accepted.bulk).repeated && attempt.text !== text) {
        fail(
          t(
            'This email had been accepted before, without your last changes. Take it back in the outbox, or send this one as another email.',
          ),
        );
        draft.saveAsNew();
        return;
      }
      onSent(accepted);
    } catch (caught) {
      const error = caught as MailError;
      if (isRefusal(error)) attempt.text = undefined;
      const isOther = error.status === 409 && (error.field === 'id' || error.field === 'version');
      fail(isOther ? undefined : say(error.message));
      if (isOther) draft.conflict(error);
      else draft.resume();
    }
  };

  const begin = (scheduleSendAt: string | undefined, isKnown: boolean) => {
    if (running.current) return;
    const refused = refusal();
    setProblem(refused);
    if (refused) return;
    const said = isKnown ? undefined : forgotten();
    if (said) setHint({ text: said, scheduleSendAt });
    else void post(scheduleSendAt);
  };
  return {
    send: (scheduleSendAt) => begin(scheduleSendAt, Boolean(hint)),
    busy,
    blocked: isUp || isTooLarge,
    problem,
    hint: hint && { text: hint.text, sendAnyway: () => begin(hint.scheduleSendAt, true) },
  };
}
