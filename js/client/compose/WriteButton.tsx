import React from 'react';
import { Button } from 'antd';
import { EditOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import { useCompose } from './context';

/** Above the list, where the tree with its button is out of sight. */
export function WriteButton({ mailbox }: { mailbox: string | null }) {
  const { t } = useLane();
  const { write, ready } = useCompose();
  if (!ready) return null;
  return (
    <Button
      aria-label={t('New mail')}
      className="mail-write-button"
      icon={<EditOutlined aria-hidden />}
      onClick={() => write(mailbox)}
      shape="circle"
      title={t('New mail')}
      type="primary"
    />
  );
}
