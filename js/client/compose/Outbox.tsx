import React, { useState } from 'react';
import { App, Button, Drawer, Empty, Tag } from 'antd';
import { SendOutlined } from '@ant-design/icons';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { announceChange } from '../shared/changes';
import { dateAndTime, personName } from '../shared/format';
import { useModal } from '../shared/useModal';
import { useComposeActions } from './actions';
import { useCompose } from './context';
import type { OutboxEntry, OutboxState, Outcome } from './types';

const COLORS: Record<OutboxState, string> = {
  queued: 'blue',
  sending: 'processing',
  accepted: 'green',
  confirmed: 'green',
  ambiguous: 'orange',
  failed: 'red',
  cancelled: 'default',
};

/** In the tree: how much is on its way, and whether something needs its user. */
export function OutboxButton() {
  const { t } = useLane();
  const { outbox, showOutbox } = useCompose();
  const troubled = outbox.some(({ state }) => state === 'failed' || state === 'ambiguous');
  return (
    <button className="mail-box mail-outbox-button" onClick={showOutbox} type="button">
      <SendOutlined aria-hidden rotate={-45} />
      <span className="mail-ellipsis">{t('Outbox')}</span>
      {outbox.length > 0 && <b className={troubled ? 'mail-compose-error' : ''}>{outbox.length}</b>}
    </button>
  );
}

interface Props {
  open: boolean;
  onClose: () => void;
  reload: () => Promise<void>;
}

/** Mail on its way: what waits for its time, what is being sent, and what needs its user. */
export function Outbox({ open, onClose, reload }: Props) {
  const { t } = useLane();
  const { outbox } = useCompose();
  return (
    <Drawer aria-label={t('Outbox')} onClose={onClose} open={open} title={t('Outbox')} width={460}>
      {outbox.length === 0 ? (
        <Empty description={t('Nothing is waiting to be sent')} image={Empty.PRESENTED_IMAGE_SIMPLE} />
      ) : (
        <ul aria-label={t('Outbox')} className="mail-outbox">
          {outbox.map((entry) => (
            <Entry entry={entry} key={entry.id} onClose={onClose} reload={reload} />
          ))}
        </ul>
      )}
    </Drawer>
  );
}

function Entry({ entry, reload, onClose }: { entry: OutboxEntry } & Omit<Props, 'open'>) {
  const { t, say, language } = useLane();
  const actions = useComposeActions();
  const { takeBack } = useCompose();
  const app = App.useApp();
  const modal = useModal();
  const [busy, setBusy] = useState(false);
  const { id, state, subject, reason, scheduleSendAt, canCancel } = entry;
  const people = [...entry.to, ...entry.cc, ...entry.bcc].map(personName).join(', ');

  const act = async (work: () => Promise<number | null | undefined>) => {
    setBusy(true);
    try {
      const draft = await work();
      if (draft) {
        onClose();
        takeBack(draft);
      }
    } catch (error) {
      app.message.error(say((error as MailError).message));
    } finally {
      setBusy(false);
      announceChange();
      await reload();
    }
  };
  const resolve = (outcome: Outcome) => act(async () => (await actions.resolve(id, outcome)).draftId);
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
    <li className="mail-outbox-entry" data-outbox={id} data-state={state}>
      <div className="mail-outbox-head">
        <b className="mail-ellipsis">{subject || t('(no subject)')}</b>
        <Tag bordered={false} color={COLORS[state]}>
          {stateName(entry, t)}
        </Tag>
      </div>
      <span className="mail-small mail-compose-soft mail-ellipsis">{t('To: {{people}}', { people })}</span>
      {state === 'queued' && scheduleSendAt && (
        <span className="mail-small">
          {t('Will be sent on {{date}}', { date: dateAndTime(scheduleSendAt, language()) })}
        </span>
      )}
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
        {canCancel && (
          <Button disabled={busy} onClick={() => void act(() => actions.cancel(id, true))} size="small">
            {t('Cancel and edit')}
          </Button>
        )}
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
    </li>
  );
}

function stateName({ state, scheduleSendAt }: OutboxEntry, t: (key: string) => string): string {
  const names: Record<OutboxState, string> = {
    queued: scheduleSendAt ? t('Scheduled') : t('Waiting'),
    sending: t('Sending'),
    accepted: t('Accepted'),
    confirmed: t('Sent'),
    ambiguous: t('Perhaps sent'),
    failed: t('Failed'),
    cancelled: t('Cancelled'),
  };
  return names[state];
}
