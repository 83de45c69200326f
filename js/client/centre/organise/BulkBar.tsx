import React from 'react';
import { Button } from 'antd';
import { CloseOutlined } from '@ant-design/icons';
import { useLane } from '../../host/lane';
import type { MessageRow } from '../../host/types';
import { amount } from '../../shared/format';
import { MessageActions } from './MessageActions';
import type { Organising } from './useOrganising';

interface Props {
  rows: MessageRow[];
  organising: Organising;
  onClear: () => void;
  onAll: () => void;
}

/** What can be done with the selected emails. */
export function BulkBar({ rows, organising, onClear, onAll }: Props) {
  const { t, language } = useLane();
  return (
    <div aria-label={t('Selected emails')} className="mail-bulk" role="region">
      <div className="mail-bulk-line">
        <Button
          aria-label={t('Clear the selection')}
          icon={<CloseOutlined aria-hidden />}
          onClick={onClear}
          type="text"
        />
        <b aria-live="polite">{t('{{count}} selected', { count: amount(rows.length, language()) })}</b>
        <Button onClick={onAll} size="small" type="link">
          {t('Select all that are loaded')}
        </Button>
      </div>
      <MessageActions organising={organising} rows={rows} />
    </div>
  );
}
