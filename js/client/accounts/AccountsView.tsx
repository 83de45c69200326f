import React from 'react';
import { Button, Empty, Skeleton, Typography } from 'antd';
import { ArrowLeftOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import type { Account } from '../host/types';
import { Problem } from '../shared/Problem';
import type { Loaded } from '../shared/useLoad';
import { AccountCard } from './AccountCard';
import { LinkAccountButton } from './LinkAccountButton';

interface Props {
  accounts: Loaded<Account[]>;
  onBack: () => void;
  onChooseStart: (account: Account) => void;
}

/** The user's mailboxes: link, watch, authorise again, delete. */
export function AccountsView({ accounts, onBack, onChooseStart }: Props) {
  const { t } = useLane();
  const { value, error, reload } = accounts;
  return (
    <div className="mail-accounts">
      <header className="mail-accounts-head">
        <Button
          aria-label={t('Back to the emails')}
          icon={<ArrowLeftOutlined aria-hidden />}
          onClick={onBack}
          type="text"
        />
        <Typography.Title level={4}>{t('Email accounts')}</Typography.Title>
        {value && value.length > 0 && <LinkAccountButton />}
      </header>
      {error && !value && <Problem error={error} retry={() => void reload()} />}
      {!error && !value && <Skeleton active avatar paragraph={{ rows: 3 }} />}
      {value?.length === 0 && <NoAccount />}
      {value?.map((account) => (
        <AccountCard
          account={account}
          key={account.id}
          onChanged={() => void reload()}
          onChooseStart={() => onChooseStart(account)}
        />
      ))}
    </div>
  );
}

/** The invitation to link the first account. */
export function NoAccount() {
  const { t } = useLane();
  return (
    <Empty
      className="mail-empty"
      description={
        <>
          <Typography.Title level={5}>{t('Your emails, right here')}</Typography.Title>
          <Typography.Paragraph type="secondary">
            {t('Link your Gmail or Outlook account to read your emails without leaving this site.')}
          </Typography.Paragraph>
        </>
      }
      image={Empty.PRESENTED_IMAGE_SIMPLE}
    >
      <LinkAccountButton />
    </Empty>
  );
}
