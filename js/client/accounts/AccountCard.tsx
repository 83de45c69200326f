import React from 'react';
import { Card, Tag, Typography } from 'antd';
import { PauseCircleOutlined, SyncOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import { type Account, isFirstSync } from '../host/types';
import { amount, day, timeAgo } from '../shared/format';
import { ProviderLogo } from '../shared/ProviderLogo';
import { TestMailboxTag } from '../dryrun/TestMailboxTag';
import { AccountButtons } from './AccountButtons';
import { AccountNotices } from './AccountNotices';
import { SyncProgress } from './SyncProgress';

interface Props {
  account: Account;
  onChooseStart: () => void;
  onChanged: () => void;
}

/** One mailbox: whose it is, how it does, and what can be done with it. */
export function AccountCard({ account, onChooseStart, onChanged }: Props) {
  const { t } = useLane();
  const { email, type, sync } = account;
  return (
    <Card
      aria-label={email}
      className="mail-account"
      data-email={email}
      data-status={account.status}
      role="article"
      size="small"
    >
      <div className="mail-account-head">
        <ProviderLogo size={36} type={type} />
        <div className="mail-account-name">
          <Typography.Text ellipsis={{ tooltip: email }} strong>
            {email}
          </Typography.Text>
          {account.dryRun && <TestMailboxTag />}
          <Facts account={account} />
        </div>
        <StatusTag account={account} />
      </div>
      <AccountNotices account={account} />
      {sync && isFirstSync(account) && (
        <SyncProgress
          label={t('First synchronization – your emails can be used while it runs.')}
          sync={sync}
        />
      )}
      <AccountButtons account={account} onChanged={onChanged} onChooseStart={onChooseStart} />
    </Card>
  );
}

function StatusTag({ account }: { account: Account }) {
  const { t } = useLane();
  if (isFirstSync(account)) {
    return (
      <Tag color="processing" icon={<SyncOutlined aria-hidden spin />}>
        {t('Synchronizing')}
      </Tag>
    );
  }
  const tags: Record<Account['status'], [color: string, text: string, icon?: React.ReactNode]> = {
    connected: ['processing', t('Waiting for its start date')],
    ready: account.sync?.unreadable?.length ? ['warning', t('Incomplete')] : ['success', t('Connected')],
    needs_reauthorization: ['warning', t('Needs authorization')],
    failing: ['error', t('Synchronization fails')],
    paused: ['default', t('Paused'), <PauseCircleOutlined aria-hidden key="icon" />],
  };
  const [color, text, icon] = tags[account.status];
  return (
    <Tag color={color} icon={icon}>
      {text}
    </Tag>
  );
}

/** The line below the address: as whom it sends, what is stored, since when, and when it was last compared. */
function Facts({ account }: { account: Account }) {
  const { t, language } = useLane();
  const { sync, status, syncStartDate, mode, config } = account;
  const since = syncStartDate
    ? t('since {{date}}', { date: day(syncStartDate, language()) })
    : t('all emails');
  const synchronized = [
    sync?.done && t('{{stored}} emails', { stored: amount(sync.stored, language()) }),
    since,
    sync?.lastRunAt &&
      t('last synchronized {{ago}}', { ago: timeAgo(sync.lastRunAt, new Date(), language()) }),
  ];
  const facts = [
    config?.displayName,
    ...(mode === 'sendOnly'
      ? [t('only for sending')]
      : status === 'connected' || !sync || sync.phase === 'waiting'
        ? [t('no emails are stored yet')]
        : synchronized),
  ].filter(Boolean);
  return (
    <Typography.Text className="mail-small" type="secondary">
      {facts.join(' · ')}
    </Typography.Text>
  );
}
