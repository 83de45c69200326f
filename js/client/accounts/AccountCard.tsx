import React, { useState } from 'react';
import { Alert, App, Button, Card, Space, Tag, Typography } from 'antd';
import { CalendarOutlined, DeleteOutlined, KeyOutlined, SyncOutlined } from '@ant-design/icons';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import { type Account, isFirstSync } from '../host/types';
import { announceChange } from '../shared/changes';
import { amount, day, timeAgo } from '../shared/format';
import { ProviderLogo } from '../shared/ProviderLogo';
import { TestMailboxTag } from '../dryrun/TestMailboxTag';
import { useConsent } from './LinkAccountButton';
import { SynchronizationButton } from '../synchronization/SynchronizationButton';
import { SyncProgress } from './SyncProgress';

interface Props {
  account: Account;
  onChooseStart: () => void;
  onChanged: () => void;
}

/** One mailbox: whose it is, how it does, and what can be done with it. */
export function AccountCard({ account, onChooseStart, onChanged }: Props) {
  const { t, say } = useLane();
  const { email, type, status, sync } = account;
  return (
    <Card aria-label={email} className="mail-account" data-email={email} role="article" size="small">
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
      {account.statusReason && (status === 'failing' || status === 'needs_reauthorization') && (
        <Alert
          className="mail-account-reason"
          message={say(account.statusReason)}
          showIcon
          type={status === 'failing' ? 'error' : 'warning'}
        />
      )}
      {sync && isFirstSync(account) && (
        <SyncProgress
          label={t('First synchronization – your emails can be used while it runs.')}
          sync={sync}
        />
      )}
      <Buttons account={account} onChanged={onChanged} onChooseStart={onChooseStart} />
    </Card>
  );
}

function StatusTag({ account }: { account: Account }) {
  const { t } = useLane();
  if (isFirstSync(account)) {
    return (
      <Tag color="processing" icon={<SyncOutlined spin />}>
        {t('Synchronizing')}
      </Tag>
    );
  }
  const [color, text] = {
    connected: ['processing', t('Waiting for its start date')],
    ready: ['success', t('Connected')],
    needs_reauthorization: ['warning', t('Needs authorization')],
    failing: ['error', t('Synchronization fails')],
  }[account.status] as [string, string];
  return <Tag color={color}>{text}</Tag>;
}

/** The line below the address: what is stored, since when, and when it was last compared. */
function Facts({ account }: { account: Account }) {
  const { t, language } = useLane();
  const { sync, status, syncStartDate } = account;
  if (status === 'connected') {
    return <Typography.Text type="secondary">{t('No emails are stored yet')}</Typography.Text>;
  }
  const facts = [
    sync?.done && t('{{stored}} emails', { stored: amount(sync.stored, language()) }),
    syncStartDate ? t('since {{date}}', { date: day(syncStartDate, language()) }) : t('all emails'),
    sync?.lastRunAt &&
      t('last synchronized {{ago}}', { ago: timeAgo(sync.lastRunAt, new Date(), language()) }),
  ].filter(Boolean);
  return (
    <Typography.Text className="mail-small" type="secondary">
      {facts.join(' · ')}
    </Typography.Text>
  );
}

function Buttons({ account, onChooseStart, onChanged }: Props) {
  const { t, say } = useLane();
  const actions = useActions();
  const { message, modal } = App.useApp();
  const { link, linking } = useConsent();
  const [syncing, setSyncing] = useState(false);

  const sync = async () => {
    setSyncing(true);
    try {
      await actions.syncNow([account.email]);
      announceChange();
      onChanged();
    } catch (error) {
      message.error(say((error as MailError).message));
    } finally {
      setSyncing(false);
    }
  };

  const remove = async (): Promise<void> => {
    try {
      const { revoked } = await actions.deleteAccount(account);
      if (revoked || account.dryRun) message.success(t('The account was deleted'));
      else {
        modal.warning({
          title: t('The account was deleted'),
          content: t(
            'Its access could not be revoked at the provider. Remove it there, in the security settings of the mailbox.',
          ),
        });
      }
      announceChange();
      onChanged();
    } catch (error) {
      message.error(say((error as MailError).message));
    }
  };

  const confirmRemoval = () => {
    modal.confirm({
      title: t('Delete {{email}}?', { email: account.email }),
      content: t(
        'Its emails are removed from here and the access is revoked. Nothing is deleted in the mailbox itself.',
      ),
      okText: t('Delete'),
      okButtonProps: { danger: true },
      cancelText: t('Cancel'),
      onOk: () => remove(),
    });
  };

  return (
    <Space className="mail-account-buttons" wrap>
      {account.status === 'connected' && (
        <Button icon={<CalendarOutlined />} onClick={onChooseStart} type="primary">
          {t('Choose the start date')}
        </Button>
      )}
      {account.status === 'needs_reauthorization' && (
        <Button
          icon={<KeyOutlined />}
          loading={linking}
          onClick={() => void link(account.type, { email: account.email })}
          type="primary"
        >
          {t('Authorize again')}
        </Button>
      )}
      {(account.status === 'ready' || account.status === 'failing') && (
        <Button icon={<SyncOutlined />} loading={syncing} onClick={() => void sync()}>
          {t('Sync emails')}
        </Button>
      )}
      {account.status !== 'connected' && <SynchronizationButton account={account} />}
      <Button danger icon={<DeleteOutlined />} onClick={confirmRemoval} type="text">
        {t('Delete')}
      </Button>
    </Space>
  );
}
