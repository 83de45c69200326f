import React from 'react';
import { Progress, Typography } from 'antd';
import { useLane } from '../host/lane';
import type { SyncState } from '../host/types';
import { amount } from '../shared/format';
import { percentOf } from './progress';

/** The bar of a first synchronisation, with its figures. */
export function SyncProgress({ sync, label }: { sync: SyncState; label?: string }) {
  const { t, language } = useLane();
  const percent = percentOf(sync);
  const stored = amount(sync.stored, language());
  const figures = () => {
    if (sync.total === null) return t('{{stored}} emails so far', { stored });
    const values = { stored, total: amount(sync.total, language()) };
    return sync.isEstimate
      ? t('{{stored}} of about {{total}} emails', values)
      : t('{{stored}} of {{total}} emails', values);
  };
  return (
    <div className="mail-progress" role="status">
      {label && <div className="mail-progress-label">{label}</div>}
      {percent === null ? (
        // A bar of the theme has a length, and any would tell how far it is.
        <div
          aria-label={t('Progress of the first synchronization')}
          className="mail-progress-bar"
          role="progressbar"
        />
      ) : (
        <Progress
          aria-label={t('Progress of the first synchronization')}
          percent={percent}
          size="small"
          status="active"
        />
      )}
      <Typography.Text className="mail-small" type="secondary">
        {figures()}
      </Typography.Text>
    </div>
  );
}
