import React, { useState } from 'react';
import { Button, Popover, Tooltip } from 'antd';
import { TagOutlined } from '@ant-design/icons';
import { useLane } from '../../host/lane';
import type { MessageRow } from '../../host/types';
import { Labels } from './Labels';
import type { Organising } from './useOrganising';

interface Props {
  rows: MessageRow[];
  organising: Organising;
}

/** Puts labels on emails and takes them off. */
export function LabelMenu({ rows, organising }: Props) {
  const { t } = useLane();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      content={<Labels organising={organising} rows={rows} />}
      onOpenChange={setOpen}
      open={open}
      placement="bottom"
      title={t('Labels')}
      trigger="click"
    >
      <Tooltip title={open ? '' : t('Labels')}>
        <Button
          aria-expanded={open}
          aria-label={t('Labels')}
          icon={<TagOutlined aria-hidden />}
          type="text"
        />
      </Tooltip>
    </Popover>
  );
}
