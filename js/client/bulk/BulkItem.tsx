import React, { useId, useState } from 'react';
import { Button, List, Tag } from 'antd';
import { CaretDownOutlined, CaretRightOutlined } from '@ant-design/icons';
import type { BulkEmail } from '../compose/types';
import { useComposeActions } from '../compose/actions';
import { useLane } from '../host/lane';
import { amount, dateAndTime } from '../shared/format';
import { useModal } from '../shared/useModal';
import { Recipients } from './Recipients';
import { countsText, shownStatus } from './status';
import { useBulkWork } from './useBulkWork';

interface Props {
  bulk: BulkEmail;
  onChanged: () => Promise<void>;
}

/** A bulk email: how far it is, what can be done about it, and behind its subject its recipients. */
export function BulkItem({ bulk, onChanged }: Props) {
  const { t, language } = useLane();
  const actions = useComposeActions();
  const modal = useModal();
  const [open, setOpen] = useState(false);
  const { busy, run } = useBulkWork(onChanged);
  const region = useId();
  const { id, message, sendAt, result } = bulk;
  const subject = message.subject || t('(no subject)');
  const { name, color } = shownStatus(bulk);
  const askToCancel = () =>
    modal.confirm({
      title: t('Cancel what is not sent yet?'),
      content: t('What was sent stays sent.'),
      okText: t('Cancel the rest'),
      okButtonProps: { danger: true },
      cancelText: t('Go on sending'),
      onOk: () => run(() => actions.cancelBulk(id)),
    });
  return (
    <List.Item className="mail-bulk-item" data-bulk={id} data-status={bulk.status}>
      <div className="mail-bulk-head">
        <button
          aria-controls={region}
          aria-expanded={open}
          className="mail-bulk-subject"
          onClick={() => setOpen(!open)}
          type="button"
        >
          {open ? <CaretDownOutlined aria-hidden /> : <CaretRightOutlined aria-hidden />}
          <span className="mail-ellipsis">{subject}</span>
        </button>
        <Tag bordered={false} color={color}>
          {t(name)}
        </Tag>
      </div>
      <div className="mail-small mail-faint">
        <span aria-live="polite">{countsText(bulk, t, (value) => amount(value, language()))}</span>
        {' · '}
        <time dateTime={sendAt}>{dateAndTime(sendAt, language())}</time>
      </div>
      <div className="mail-bulk-buttons">
        {Boolean(result.pending || result.sending) && (
          <Button disabled={busy} onClick={askToCancel} size="small">
            {t('Cancel the rest')}
          </Button>
        )}
        {Boolean(result.failed) && (
          <Button
            disabled={busy}
            onClick={() => void run(() => actions.resendBulk(id))}
            size="small"
            type="primary"
          >
            {t('Send the failed ones again')}
          </Button>
        )}
      </div>
      <div id={region}>
        {open && <Recipients label={t('Recipients of {{subject}}', { subject })} parentId={id} />}
      </div>
    </List.Item>
  );
}
