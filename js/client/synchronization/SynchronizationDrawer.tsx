import React from 'react';
import { Drawer, Tabs } from 'antd';
import { useLane } from '../host/lane';
import type { Account } from '../host/types';
import { useSyncActions } from './actions';
import { ExplainTab } from './ExplainTab';
import { FoldersTab } from './FoldersTab';
import { HistoryTab } from './HistoryTab';
import { ItemsTab } from './ItemsTab';
import { StatusTab } from './StatusTab';
import css from './synchronization.css';

interface Props {
  account: Account;
  onClose: () => void;
}

/** The synchronisation of one account: how it stands, what it did, what it left out, and what can be asked of it. */
export function SynchronizationDrawer({ account, onClose }: Props) {
  const { t } = useLane();
  const actions = useSyncActions(account);
  const tabs = [
    { key: 'status', label: t('Status'), children: <StatusTab account={account} actions={actions} /> },
    { key: 'history', label: t('History'), children: <HistoryTab actions={actions} /> },
    { key: 'items', label: t('Not stored'), children: <ItemsTab actions={actions} /> },
    { key: 'folders', label: t('Folders and rules'), children: <FoldersTab actions={actions} /> },
    { key: 'explain', label: t('Find an email'), children: <ExplainTab actions={actions} /> },
  ];
  const title = t('Synchronization of {{email}}', { email: account.email });
  return (
    <Drawer
      aria-label={title}
      destroyOnClose
      onClose={onClose}
      open
      rootClassName="mail-sync-drawer"
      title={title}
      width="min(760px, 100vw)"
    >
      <style>{css}</style>
      <Tabs destroyInactiveTabPane items={tabs} />
    </Drawer>
  );
}
