import React, { useState } from 'react';
import { Button } from 'antd';
import { FileSyncOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import type { Account } from '../host/types';
import { SynchronizationDrawer } from './SynchronizationDrawer';

/** Opens everything there is to know and to choose about the synchronisation of an account. */
export function SynchronizationButton({ account }: { account: Account }) {
  const { t } = useLane();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<FileSyncOutlined aria-hidden />} onClick={() => setOpen(true)}>
        {t('Synchronization')}
      </Button>
      {open && <SynchronizationDrawer account={account} onClose={() => setOpen(false)} />}
    </>
  );
}
