import React, { useRef, useState } from 'react';
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
  const button = useRef<HTMLButtonElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const leave = (event: React.KeyboardEvent) => {
    if (event.key !== 'Escape' || !open) return;
    // Only the menu closes: what was selected stays so.
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  };
  return (
    <Popover
      afterOpenChange={(shown) => shown && content.current?.querySelector('input')?.focus()}
      content={
        <div onKeyDown={leave} ref={content}>
          <Labels organising={organising} rows={rows} />
        </div>
      }
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
          onKeyDown={leave}
          ref={button}
          type="text"
        />
      </Tooltip>
    </Popover>
  );
}
