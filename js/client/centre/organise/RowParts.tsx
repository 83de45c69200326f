import React from 'react';
import {
  CheckOutlined,
  DeleteOutlined,
  MailOutlined,
  ReadOutlined,
  StarFilled,
  StarOutlined,
} from '@ant-design/icons';
import { useLane } from '../../host/lane';
import { isOurs, type Label, type MessageRow } from '../../host/types';
import { ArchiveIcon } from '../../shared/icons';
import { hindrance } from './possible';
import { isAllRead } from './wish';

export type RowAction = 'check' | 'check-range' | 'archive' | 'trash' | 'read' | 'star';

// A row is an option of a list box, which holds no buttons: its parts are for the mouse, and the keys do the same.

/** The box that selects a row. */
export function RowCheck({ checked, onCheck }: { checked: boolean; onCheck: (action: RowAction) => void }) {
  const { t } = useLane();
  return (
    <span
      aria-hidden
      className={checked ? 'mail-check is-on' : 'mail-check'}
      // Shift would select the text in between, too.
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
      onClick={(event) => {
        event.stopPropagation();
        onCheck(event.shiftKey ? 'check-range' : 'check');
      }}
      title={t('Select the email; with Shift, all from the last one on')}
    >
      {checked && <CheckOutlined aria-hidden />}
    </span>
  );
}

/** What a row offers at once: the star always, the rest where the mouse is. */
export function RowActions({ row, onAction }: { row: MessageRow; onAction: (action: RowAction) => void }) {
  const { t } = useLane();
  const part = (action: RowAction, title: string, icon: React.ReactNode, always = false) => (
    <span
      className={always ? 'mail-row-action is-always' : 'mail-row-action'}
      data-action={action}
      onClick={(event) => {
        event.stopPropagation();
        onAction(action);
      }}
      title={title}
    >
      {icon}
    </span>
  );
  if (row.readOnly || isOurs(row.boxType)) return null;
  const isAway = row.boxType === 'trash' || row.boxType === 'spam';
  return (
    <span aria-hidden className="mail-row-actions">
      {!isAway && !hindrance(row, { boxType: 'archive' }) && part('archive', t('Archive'), <ArchiveIcon />)}
      {row.boxType !== 'trash' && part('trash', t('Move to trash'), <DeleteOutlined aria-hidden />)}
      {isAllRead(row)
        ? part('read', t('Mark as unread'), <MailOutlined aria-hidden />)
        : part('read', t('Mark as read'), <ReadOutlined aria-hidden />)}
      {row.isStarred
        ? part('star', t('Take the star off'), <StarFilled aria-hidden className="mail-star-on" />, true)
        : part('star', t('Star'), <StarOutlined aria-hidden />)}
    </span>
  );
}

/** The labels of a row, the first ones by name. */
export function RowLabels({ labels }: { labels: Label[] }) {
  return (
    <>
      {labels.slice(0, 3).map(({ id, label, color }) => (
        <span className="mail-label" key={id} style={{ borderColor: color ?? undefined }} title={label}>
          <span className="mail-label-dot" style={{ background: color ?? undefined }} />
          {label}
        </span>
      ))}
    </>
  );
}
