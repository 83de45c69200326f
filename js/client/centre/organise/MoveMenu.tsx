import React from 'react';
import { Button, Dropdown, Tooltip } from 'antd';
import { FolderOpenOutlined } from '@ant-design/icons';
import { useLane } from '../../host/lane';
import type { MessageRow, MoveTargets } from '../../host/types';
import { hindrance } from './possible';
import type { Organising } from './useOrganising';

interface Props {
  rows: MessageRow[];
  organising: Organising;
}

/** "Move to": the folders, or labels, of the mailbox that the emails are in. */
export function MoveMenu({ rows, organising }: Props) {
  const { t } = useLane();
  const folders = foldersFor(rows, organising);
  if (folders.length === 0) return null;
  const items = folders.map(({ id, name }) => ({ key: id, label: name }));
  return (
    <Dropdown
      menu={{
        items,
        className: 'mail-menu',
        onClick: ({ key }) => organising.apply(rows, { folderId: key }),
      }}
      trigger={['click']}
    >
      <Tooltip title={t('Move to')}>
        <Button
          aria-haspopup="menu"
          aria-label={t('Move to')}
          icon={<FolderOpenOutlined aria-hidden />}
          type="text"
        />
      </Tooltip>
    </Dropdown>
  );
}

/** Where those of the emails can go that can be filed at all. A folder belongs to one mailbox. */
export function foldersFor(rows: MessageRow[], { targets }: Organising): MoveTargets['folders'] {
  const filed = rows.filter((row) => !hindrance(row, { folderId: '' }));
  const accounts = new Set(filed.map(({ accountId }) => accountId));
  const [account] = accounts;
  const found = targets.find(({ accountId }) => accountId === account);
  return accounts.size === 1 && found?.organises ? found.folders : [];
}
