import React from 'react';
import { App, Typography } from 'antd';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { Account, Revocation } from '../host/types';
import { announceChange } from '../shared/changes';
import { PROVIDER_NAMES } from '../shared/ProviderLogo';
import { useModal } from '../shared/useModal';

/** Asks, deletes, and says what became of the access at the provider. */
export function useDeletion(account: Account, onChanged: () => void): () => void {
  const { t, say } = useLane();
  const actions = useActions();
  const { message } = App.useApp();
  const modal = useModal();

  const report = ({ revoked, reason, message: sentence, manageUrl }: Revocation) => {
    if (revoked) {
      message.success(t('The account was deleted'));
      return;
    }
    const tell = reason === 'failed' ? modal.warning : modal.info;
    tell({
      title: t('The account was deleted'),
      content: (
        <div data-revocation={reason}>
          <Typography.Paragraph>{sentence && say(sentence)}</Typography.Paragraph>
          {reason !== 'shared' && (
            <Typography.Link href={manageUrl} rel="noopener noreferrer" target="_blank">
              {t('Manage access at {{provider}}', { provider: PROVIDER_NAMES[account.type] })}
            </Typography.Link>
          )}
        </div>
      ),
    });
  };

  const remove = async () => {
    try {
      report(await actions.deleteAccount(account));
      announceChange();
    } catch (error) {
      message.error(say((error as MailError).message));
    }
    onChanged();
  };

  return () => {
    modal.confirm({
      title: t('Delete {{email}}?', { email: account.email }),
      content:
        account.type === 'google'
          ? t(
              'Its emails are removed from here and the access is revoked. Nothing is deleted in the mailbox itself.',
            )
          : t(
              'Its emails and the access are removed from here. Nothing is deleted in the mailbox itself. Microsoft lets you revoke the access on its own page, which is shown afterwards.',
            ),
      okText: t('Delete'),
      okButtonProps: { danger: true },
      cancelText: t('Cancel'),
      onOk: remove,
    });
  };
}
