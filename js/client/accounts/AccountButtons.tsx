import React, { useState } from 'react';
import { App, Button, Dropdown, Space } from 'antd';
import {
  CalendarOutlined,
  CaretRightOutlined,
  DeleteOutlined,
  EditOutlined,
  KeyOutlined,
  MoreOutlined,
  PauseOutlined,
  SyncOutlined,
} from '@ant-design/icons';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { Account } from '../host/types';
import { announceChange } from '../shared/changes';
import { useConsent } from './LinkAccountButton';
import { SenderNameDialog } from './SenderNameDialog';
import { useDeletion } from './useDeletion';
import { SynchronizationButton } from '../synchronization/SynchronizationButton';

interface Props {
  account: Account;
  onChooseStart: () => void;
  onChanged: () => void;
}

/** What can be done with a mailbox in its state; the first button is the way out of a bad one. */
export function AccountButtons({ account, onChooseStart, onChanged }: Props) {
  const { t } = useLane();
  const actions = useActions();
  const { busy, perform } = useStep(onChanged);
  const { link, linking } = useConsent();
  const confirmDeletion = useDeletion(account, onChanged);
  const [naming, setNaming] = useState(false);
  const { status } = account;
  const isActive = status === 'ready' || status === 'failing';
  const authorize = () => void link(account.type, { email: account.email });
  const pause = (paused: boolean) => void perform('pause', () => actions.pauseAccount(account, paused));

  const more = [
    {
      key: 'name',
      icon: <EditOutlined aria-hidden />,
      label: t('Sender name'),
      onClick: () => setNaming(true),
    },
    ...(status === 'needs_reauthorization'
      ? []
      : [
          {
            key: 'authorize',
            icon: <KeyOutlined aria-hidden />,
            label: t('Authorize again'),
            onClick: authorize,
          },
        ]),
  ];

  return (
    <Space className="mail-account-buttons" wrap>
      {status === 'connected' && (
        <Button icon={<CalendarOutlined aria-hidden />} onClick={onChooseStart} type="primary">
          {t('Choose the start date')}
        </Button>
      )}
      {status === 'needs_reauthorization' && (
        <Button icon={<KeyOutlined aria-hidden />} loading={linking} onClick={authorize} type="primary">
          {t('Authorize again')}
        </Button>
      )}
      {status === 'paused' && (
        <Button
          icon={<CaretRightOutlined aria-hidden />}
          loading={busy === 'pause'}
          onClick={() => pause(false)}
          type="primary"
        >
          {t('Resume')}
        </Button>
      )}
      {isActive && account.mode !== 'sendOnly' && (
        <>
          <Button
            icon={<SyncOutlined aria-hidden />}
            loading={busy === 'sync'}
            onClick={() => void perform('sync', () => actions.syncNow([account.email]))}
          >
            {t('Sync emails')}
          </Button>
          <Button icon={<PauseOutlined aria-hidden />} loading={busy === 'pause'} onClick={() => pause(true)}>
            {t('Pause')}
          </Button>
        </>
      )}
      <Dropdown menu={{ items: more }} trigger={['click']}>
        <Button
          aria-label={t('More for {{email}}', { email: account.email })}
          icon={<MoreOutlined aria-hidden />}
        />
      </Dropdown>
      {account.status !== 'connected' && <SynchronizationButton account={account} />}
      <Button danger icon={<DeleteOutlined aria-hidden />} onClick={confirmDeletion} type="text">
        {t('Delete')}
      </Button>
      {naming && <SenderNameDialog account={account} onClose={() => setNaming(false)} onSaved={onChanged} />}
    </Space>
  );
}

/** Runs one step at a time; what it changes is shown everywhere. */
function useStep(onChanged: () => void) {
  const { say } = useLane();
  const { message } = App.useApp();
  const [busy, setBusy] = useState<string>();

  const perform = async (name: string, step: () => Promise<unknown>) => {
    setBusy(name);
    try {
      await step();
      announceChange();
    } catch (error) {
      message.error(say((error as MailError).message));
    } finally {
      setBusy(undefined);
      onChanged();
    }
  };
  return { busy, perform };
}
