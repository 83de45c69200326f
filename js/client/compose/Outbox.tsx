import React from 'react';
import { Drawer, Empty, Tag } from 'antd';
import { SendOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import { personName } from '../shared/format';
import { useCompose } from './context';
import { EntryState } from './OnItsWay';
import type { OutboxEntry, OutboxState } from './types';

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
  const { t } = useLane();
  const { id, state, subject } = entry;
  const people = [...entry.to, ...entry.cc, ...entry.bcc].map(personName).join(', ');
  return (
    <li className="mail-outbox-entry" data-outbox={id} data-state={state}>
      <div className="mail-outbox-head">
        <b className="mail-ellipsis">{subject || t('(no subject)')}</b>
        <Tag bordered={false} color={COLORS[state]}>
          {stateName(entry, t)}
        </Tag>
      </div>
      <span className="mail-small mail-compose-soft mail-ellipsis">{t('To: {{people}}', { people })}</span>
      <EntryState entry={entry} onDraft={onClose} settled={reload} />
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
