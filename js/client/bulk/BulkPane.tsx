import React, { useCallback, useState } from 'react';
import { Button, Skeleton, Typography } from 'antd';
import { MenuOutlined } from '@ant-design/icons';
import { useComposeActions } from '../compose/actions';
import { useLane } from '../host/lane';
import { amount } from '../shared/format';
import { PagedList } from '../shared/PagedList';
import { Problem, StaleProblem } from '../shared/Problem';
import { useLoad } from '../shared/useLoad';
import { BulkItem } from './BulkItem';
import css from './bulk.css';
import { useBulkChanges } from './useBulkChanges';

const PAGE_SIZE = 20;

interface Props {
  /** The address of a mailbox; `null` means all of them. */
  mailbox: string | null;
  accountId: number | undefined;
  /** Opens the tree, where there is only one pane. */
  onMenu: (() => void) | undefined;
}

/** The bulk emails, and what became of the email to each of their recipients. */
export function BulkPane({ mailbox, accountId, onMenu }: Props) {
  const { t, language } = useLane();
  const actions = useComposeActions();
  const [page, setPage] = useState(1);
  const load = useCallback(() => actions.bulkEmails(page, PAGE_SIZE, accountId), [actions, page, accountId]);
  const { value, error, reload } = useLoad(load);
  useBulkChanges(reload);
  const title = t('Bulk emails');
  return (
    <section aria-label={title} className="mail-bulk-pane">
      <style>{css}</style>
      <header className="mail-list-head">
        {onMenu && (
          <Button aria-label={t('Mailboxes')} icon={<MenuOutlined />} onClick={onMenu} type="text" />
        )}
        <div className="mail-list-title">
          <Typography.Title level={5}>{title}</Typography.Title>
          <span className="mail-small mail-faint mail-ellipsis">
            {mailbox ?? t('All mailboxes')}
            {value && ` · ${amount(value.count, language())}`}
          </span>
        </div>
      </header>
      {error && value && <StaleProblem error={error} retry={() => void reload()} />}
      {error && !value && <Problem error={error} retry={() => void reload()} />}
      {!error && !value && <Skeleton active className="mail-loading" paragraph={{ rows: 6 }} />}
      {value && (
        <PagedList
          className="mail-bulk-list"
          count={value.count}
          empty={t('No bulk emails yet: write to several people and choose “Send individually”')}
          onPage={setPage}
          page={page}
          pageSize={PAGE_SIZE}
          renderItem={(bulk) => <BulkItem bulk={bulk} onChanged={reload} />}
          rows={value.rows}
        />
      )}
    </section>
  );
}
