import React, { useState } from 'react';
import { Alert, App, Button, Descriptions, Skeleton, Space, Typography } from 'antd';
import { CheckCircleOutlined, ReloadOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { SyncProgress } from '../accounts/SyncProgress';
import { UnreadableLists } from '../accounts/UnreadableLists';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { type Account, isFirstSync } from '../host/types';
import { announceChange, useMailChanges } from '../shared/changes';
import { amount, day, timeAgo } from '../shared/format';
import { Problem } from '../shared/Problem';
import { useLoad } from '../shared/useLoad';
import { useModal } from '../shared/useModal';
import type { SyncActions } from './actions';
import { span } from './span';
import type { Completeness, Overview, Work } from './types';

interface Props {
  account: Account;
  actions: SyncActions;
}

/** How the synchronisation stands, how complete it is, and the ways to begin again. */
export function StatusTab({ account, actions }: Props) {
  const { value, error, reload } = useLoad(actions.overview);
  useMailChanges(() => void reload());
  if (error && !value) return <Problem error={error} retry={() => void reload()} />;
  if (!value) return <Skeleton active paragraph={{ rows: 6 }} />;
  // The account in hand follows the server's messages, the answer only the last question.
  const sync = account.sync ?? value.account.sync;
  const work = (sync as { work?: Work } | null | undefined)?.work;
  return (
    <div className="mail-sync-tab">
      {work !== undefined && work.missing > 0 && <Missing count={work.missing} />}
      <UnreadableLists lists={value.unreadable} />
      {sync && isFirstSync(account) && (
        <div>
          <SyncProgress sync={sync} />
          {work && <PaceLine work={work} />}
        </div>
      )}
      <Proof completeness={value.account.completeness ?? null} />
      <Figures account={account} overview={value} />
      <Buttons account={account} actions={actions} onDone={() => void reload()} />
    </div>
  );
}

function Missing({ count }: { count: number }) {
  const { t, language } = useLane();
  return (
    <Alert
      description={t('Nothing is removed here before the provider has confirmed it. New emails keep coming.')}
      message={t('{{count}} emails are missing at the provider; each is being confirmed', {
        count: amount(count, language()),
      })}
      showIcon
      type="warning"
    />
  );
}

function PaceLine({ work }: { work: Work }) {
  const { t, language } = useLane();
  const { rate, secondsLeft } = work.pace;
  const facts = [
    typeof rate === 'number' && t('{{rate}} emails a second', { rate: amount(rate, language()) }),
    typeof secondsLeft === 'number' && t('about {{time}} left', { time: span(secondsLeft, language()) }),
  ].filter(Boolean);
  if (facts.length === 0) return null;
  return (
    <Typography.Text className="mail-small" type="secondary">
      {facts.join(' · ')}
    </Typography.Text>
  );
}

function Proof({ completeness }: { completeness: Completeness | null }) {
  const { t, language } = useLane();
  if (!completeness) {
    return (
      <Alert
        description={t('Every night the provider’s list of emails is compared with what is stored here.')}
        message={t('Completeness has not been checked yet')}
        showIcon
        type="info"
      />
    );
  }
  const { stored, total, repaired, waiting, surplus, checkedAt } = completeness;
  const number = (value: number) => amount(value, language());
  const details = [
    repaired > 0 && t('{{count}} were missing and have been fetched', { count: number(repaired) }),
    waiting > 0 && t('{{count}} wait for another try', { count: number(waiting) }),
    surplus > 0 &&
      t('{{count}} are no longer listed by the provider and were confirmed', { count: number(surplus) }),
    t('checked {{ago}}', { ago: timeAgo(checkedAt, new Date(), language()) }),
  ].filter(Boolean);
  const complete = stored === total;
  return (
    <Alert
      description={details.join(' · ')}
      icon={complete ? <SafetyCertificateOutlined aria-hidden /> : undefined}
      message={
        <strong>
          {t('{{stored}} of {{total}} emails are here', { stored: number(stored), total: number(total) })}
        </strong>
      }
      showIcon
      type={complete ? 'success' : 'warning'}
    />
  );
}

function Figures({ account, overview }: { account: Account; overview: Overview }) {
  const { t, language } = useLane();
  const { counts, graceDays } = overview;
  const number = (value: number) => amount(value, language());
  const left = counts.hidden.folder + counts.hidden.sender + counts.items.skipped;
  const { sync, syncStartDate } = account;
  const items = [
    { label: t('Emails here'), children: number(counts.stored) },
    { label: t('Since'), children: syncStartDate ? day(syncStartDate, language()) : t('all emails') },
    {
      label: t('Last synchronized'),
      children: sync?.lastRunAt ? timeAgo(sync.lastRunAt, new Date(), language()) : t('Not yet'),
    },
    { label: t('Waiting or failing'), children: number(counts.items.listed + counts.items.failing) },
    { label: t('Left out'), children: number(left) },
    {
      label: t('Removed in the last {{days}} days', { days: graceDays }),
      children: number(counts.hidden.gone),
    },
  ];
  return (
    <Descriptions
      bordered
      column={{ xs: 1, sm: 2, md: 2, lg: 2, xl: 2, xxl: 2 }}
      items={items}
      size="small"
    />
  );
}

function Buttons({ account, actions, onDone }: Props & { onDone: () => void }) {
  const { t, say } = useLane();
  const { message } = App.useApp();
  const modal = useModal();
  const [busy, setBusy] = useState<string>();
  const run = async (name: string, action: () => Promise<void>, done: string) => {
    setBusy(name);
    try {
      await action();
      message.success(done);
      announceChange();
      onDone();
    } catch (error) {
      message.error(say((error as MailError).message));
    } finally {
      setBusy(undefined);
    }
  };
  const confirmResync = () => {
    modal.confirm({
      title: t('Synchronize everything again?'),
      content: t(
        'All emails are listed and read again, which can take a while in a large mailbox. Nothing is removed first, and your labels and to-do marks stay.',
      ),
      okText: t('Synchronize again'),
      cancelText: t('Cancel'),
      onOk: () => run('resync', actions.resync, t('Everything is being synchronized again')),
    });
  };
  const ready = account.status === 'ready' || account.status === 'failing';
  return (
    <Space wrap>
      <Button
        disabled={!ready || !account.sync?.done}
        icon={<CheckCircleOutlined aria-hidden />}
        loading={busy === 'check'}
        onClick={() => void run('check', actions.checkCompleteness, t('The completeness is being checked'))}
      >
        {t('Check completeness now')}
      </Button>
      <Button
        disabled={!ready}
        icon={<ReloadOutlined aria-hidden />}
        loading={busy === 'resync'}
        onClick={confirmResync}
      >
        {t('Synchronize everything again')}
      </Button>
    </Space>
  );
}
