import React, { useCallback, useState } from 'react';
import { Button, Pagination, Skeleton, Tag } from 'antd';
import { useComposeActions } from '../compose/actions';
import { useCompose } from '../compose/context';
import type { BulkRecipient } from '../compose/types';
import { useLane } from '../host/lane';
import { dateAndTime } from '../shared/format';
import { Problem } from '../shared/Problem';
import { useLoad } from '../shared/useLoad';
import { shownStatus } from './status';
import { useBulkChanges } from './useBulkChanges';
import { useBulkWork } from './useBulkWork';

const PAGE_SIZE = 50;

/** The recipients of a bulk email, each with what became of the email. */
export function Recipients({ parentId, label }: { parentId: number; label: string }) {
  const actions = useComposeActions();
  const [page, setPage] = useState(1);
  const load = useCallback(
    () => actions.bulkRecipients(parentId, page, PAGE_SIZE),
    [actions, parentId, page],
  );
  const { value, error, reload } = useLoad(load);
  useBulkChanges(reload);
  if (error && !value) return <Problem error={error} retry={() => void reload()} />;
  if (!value) return <Skeleton active paragraph={{ rows: 3 }} />;
  return (
    <>
      <ul aria-label={label} className="mail-bulk-recipients">
        {value.rows.map((recipient) => (
          <Recipient key={recipient.id} onChanged={reload} recipient={recipient} />
        ))}
      </ul>
      {value.count > PAGE_SIZE && (
        <Pagination
          current={page}
          onChange={setPage}
          pageSize={PAGE_SIZE}
          showSizeChanger={false}
          size="small"
          total={value.count}
        />
      )}
    </>
  );
}

function Recipient({ recipient, onChanged }: { recipient: BulkRecipient; onChanged: () => Promise<void> }) {
  const { t, say, language } = useLane();
  const actions = useComposeActions();
  const { showOutbox } = useCompose();
  const { busy, run } = useBulkWork(onChanged);
  const { id, to, sendAt, status, result } = recipient;
  const { name, color } = shownStatus(recipient);
  const button = (title: string, onClick: () => void) => (
    <Button aria-label={`${title}: ${to}`} disabled={busy} onClick={onClick} size="small" type="link">
      {title}
    </Button>
  );
  return (
    <li data-recipient={to} data-status={status}>
      <span className="mail-ellipsis">{to}</span>
      {status === 'pending' && (
        <time className="mail-small mail-faint" dateTime={sendAt}>
          {dateAndTime(sendAt, language())}
        </time>
      )}
      <Tag bordered={false} color={color}>
        {t(name)}
      </Tag>
      {status === 'pending' && button(t('Cancel'), () => void run(() => actions.cancelBulk(id)))}
      {status === 'failed' && button(t('Send again'), () => void run(() => actions.resendBulk(id)))}
      {result?.state === 'ambiguous' && button(t('Look at it'), showOutbox)}
      {result?.reason && <p className="mail-small mail-compose-soft">{say(result.reason)}</p>}
    </li>
  );
}
