import React from 'react';
import { Alert, Button } from 'antd';
import { useLane } from '../host/lane';
import type { Account } from '../host/types';
import { dateAndTime } from '../shared/format';
import { useConsent } from './LinkAccountButton';
import { UnreadableLists } from './UnreadableLists';

/** What keeps a mailbox from working as it should: since when, why, and what becomes of it. */
export function AccountNotices({ account }: { account: Account }) {
  return (
    <>
      <State account={account} />
      {account.status === 'ready' && (
        <UnreadableLists className="mail-account-reason" lists={account.sync?.unreadable ?? []} />
      )}
      <MissingPermissions account={account} />
    </>
  );
}

function State({ account }: { account: Account }) {
  const { t, say, language } = useLane();
  const { status, statusReason, statusSince } = account;
  const texts: Partial<Record<Account['status'], [type: 'error' | 'warning' | 'info', text: string]>> = {
    failing: ['error', t('It is tried again by itself. Your stored emails stay readable.')],
    needs_reauthorization: [
      'warning',
      t('New emails do not arrive here until you authorize it again. Nothing that is stored is lost.'),
    ],
    paused: ['info', t('New emails do not arrive here until you resume it.')],
  };
  const [type, text] = texts[status] ?? [];
  if (!type) return null;
  const reason = status === 'paused' ? undefined : statusReason;
  return (
    <Alert
      className="mail-account-reason"
      description={
        <>
          {text}
          {statusSince && (
            <span className="mail-account-since">
              {t('Since {{date}}', { date: dateAndTime(statusSince, language()) })}
            </span>
          )}
        </>
      }
      message={reason ? say(reason) : undefined}
      showIcon
      type={type}
    />
  );
}

/** Scopes that the site needs by now, or that its user has left out on the provider's page. */
function MissingPermissions({ account }: { account: Account }) {
  const { t } = useLane();
  const { link, linking } = useConsent();
  const { missingPermissions = [], status } = account;
  if (missingPermissions.length === 0 || status === 'needs_reauthorization') return null;
  return (
    <Alert
      action={
        <Button
          loading={linking}
          onClick={() => void link(account.type, { email: account.email })}
          size="small"
          type="primary"
        >
          {t('Allow')}
        </Button>
      }
      className="mail-account-reason"
      data-missing={missingPermissions.map(({ scope }) => scope).join(' ')}
      description={
        <ul>
          {missingPermissions.map(({ scope, name }) => (
            <li key={scope}>{t(name)}</li>
          ))}
        </ul>
      }
      message={t('These permissions are missing')}
      showIcon
      type="warning"
    />
  );
}
