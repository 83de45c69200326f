import React, { useState } from 'react';
import { App, Button } from 'antd';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import type { Message } from '../host/types';
import { announceChange } from '../shared/changes';
import { dateAndTime } from '../shared/format';
import { useModal } from '../shared/useModal';
import { useComposeActions } from './actions';
import { useCompose } from './context';
import type { OutboxEntry, Outcome } from './types';

interface Deciding {
  /** Called before the draft is opened that the mail has become. */
  onDraft: () => void;
  /** Called once the server has answered, whatever it said. */
  settled?: () => Promise<void>;
}

/** How a mail on its way stands, and what its user can decide about it. */
export function EntryState({ entry, ...deciding }: { entry: OutboxEntry } & Deciding) {
  const { t, say } = useLane();
  const actions = useComposeActions();
  const modal = useModal();
  const { busy, decide } = useDecision(deciding);
  const { id, state, reason, scheduleSendAt, canCancel } = entry;

  const resolve = (outcome: Outcome) => decide(async () => (await actions.resolve(id, outcome)).draftId);
  const askToDiscard = () =>
    modal.confirm({
      title: t('Discard this email?'),
      content: t('What you wrote is deleted and can’t be brought back.'),
      okText: t('Discard'),
      okButtonProps: { danger: true },
      cancelText: t('Cancel'),
      onOk: () => resolve('discard'),
    });
  const button = (title: string, outcome: Outcome, type: 'primary' | 'default' = 'default') => (
    <Button
      disabled={busy}
      onClick={() => (outcome === 'discard' ? askToDiscard() : void resolve(outcome))}
      size="small"
      type={type}
    >
      {title}
    </Button>
  );
  return (
    <>
      {state === 'queued' && scheduleSendAt && <Time at={scheduleSendAt} />}
      {state === 'failed' && (
        <p className="mail-outbox-reason" role="alert">
          {reason ? say(reason) : t('It could not be sent.')}
        </p>
      )}
      {state === 'ambiguous' && (
        <p className="mail-outbox-reason" role="alert">
          {t(
            'It may have been sent: the connection ended before the answer came. Look among the sent emails before you send it again.',
          )}
        </p>
      )}
      <div className="mail-outbox-buttons">
        {canCancel && <CancelButton busy={busy} onCancel={() => decide(() => actions.cancel(id, true))} />}
        {state === 'failed' && (
          <>
            {button(t('Send again'), 'sendAgain', 'primary')}
            {button(t('Edit'), 'edit')}
            {button(t('Discard'), 'discard')}
          </>
        )}
        {state === 'ambiguous' && (
          <>
            {button(t('It was sent'), 'sent')}
            {button(t('Send again'), 'sendAgain')}
            {button(t('Edit'), 'edit')}
            {button(t('Discard'), 'discard')}
          </>
        )}
      </div>
    </>
  );
}

/** Above an open mail that waits for its time: when that is, and the way back. */
export function ScheduledNotice({ message, onDraft }: { message: Message; onDraft: () => void }) {
  const { t } = useLane();
  const actions = useComposeActions();
  const { outbox } = useCompose();
  const { busy, decide } = useDecision({ onDraft });
  if (message.boxType !== 'scheduled') return null;
  const { id, scheduleSendAt, readOnly } = message;
  // The outbox lists the newest only.
  const entry = readOnly ? undefined : outbox.find(({ key }) => key === message.outboxKey);
  return (
    <section aria-label={t('Scheduled')} className="mail-outbox-entry">
      {entry ? (
        <EntryState entry={entry} onDraft={onDraft} />
      ) : (
        <>
          {scheduleSendAt && <Time at={scheduleSendAt} />}
          {!readOnly && (
            <div className="mail-outbox-buttons">
              <CancelButton busy={busy} onCancel={() => decide(() => actions.cancelScheduled(id))} />
            </div>
          )}
        </>
      )}
    </section>
  );
}

function Time({ at }: { at: string }) {
  const { t, language } = useLane();
  return (
    <span className="mail-small">{t('Will be sent on {{date}}', { date: dateAndTime(at, language()) })}</span>
  );
}

function CancelButton({ busy, onCancel }: { busy: boolean; onCancel: () => Promise<void> }) {
  const { t } = useLane();
  return (
    <Button disabled={busy} onClick={() => void onCancel()} size="small">
      {t('Cancel and edit')}
    </Button>
  );
}

/** Decides about a mail on its way; where it becomes a draft, that is opened. */
function useDecision({ onDraft, settled }: Deciding) {
  const { say } = useLane();
  const { takeBack } = useCompose();
  const app = App.useApp();
  const [busy, setBusy] = useState(false);
  const decide = async (work: () => Promise<number | null | undefined>) => {
    setBusy(true);
    try {
      const draft = await work();
      if (draft) {
        onDraft();
        takeBack(draft);
      }
    } catch (error) {
      app.message.error(say((error as MailError).message));
    } finally {
      setBusy(false);
      announceChange();
      await settled?.();
    }
  };
  return { busy, decide };
}
