import React from 'react';
import { Alert, Button } from 'antd';
import { useLane } from '../host/lane';
import type { Account } from '../host/types';
import { useConsent } from './LinkAccountButton';

/** Whether no mail reaches a mailbox, against its user's will. */
export function isTroubled(status: Account['status']): boolean {
  return status === 'needs_reauthorization' || status === 'failing';
}

interface Props {
  accounts: Account[];
  /** The one that is listed; `null` for all. */
  mailbox: string | null;
  onAccounts: () => void;
}

/** Above a list: which of its mailboxes no mail reaches, and the way out. */
export function TroubledMailboxes({ accounts, mailbox, onAccounts }: Props) {
  const shown = accounts.filter(
    ({ email, status }) => isTroubled(status) && (mailbox === null || mailbox === email),
  );
  return (
    <>
      {shown.map((account) => (
        <Trouble account={account} key={account.id} onAccounts={onAccounts} />
      ))}
    </>
  );
}

function Trouble({
  account: { email, type, status },
  onAccounts,
}: Pick<Props, 'onAccounts'> & { account: Account }) {
  const { t } = useLane();
  const { link, linking } = useConsent();
  const isRefused = status === 'needs_reauthorization';
  return (
    <Alert
      action={
        isRefused ? (
          <Button loading={linking} onClick={() => void link(type, { email })} size="small">
            {t('Authorize again')}
          </Button>
        ) : (
          <Button onClick={onAccounts} size="small">
            {t('Details')}
          </Button>
        )
      }
      banner
      className="mail-small"
      data-troubled={email}
      message={
        isRefused
          ? t(
              '{{email}} has to be authorized again. Until then no emails arrive, and what you change here waits.',
              {
                email,
              },
            )
          : t('{{email}} cannot be reached at the moment. It is tried again by itself.', { email })
      }
      type="warning"
    />
  );
}
