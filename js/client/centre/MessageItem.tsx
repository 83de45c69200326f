import React from 'react';
import {
  CheckSquareOutlined,
  CloudSyncOutlined,
  ExclamationCircleFilled,
  FormOutlined,
  PaperClipOutlined,
} from '@ant-design/icons';
import { Skeleton } from 'antd';
import { useLane } from '../host/lane';
import type { MessageRow } from '../host/types';
import { personName, shortDate } from '../shared/format';
import { type RowAction, RowActions, RowCheck, RowLabels } from './organise/RowParts';

/** The height of every row in pixels: a list of any length is laid out by it. */
export const ROW_HEIGHT = 84;

interface Props {
  row: MessageRow | undefined;
  index: number;
  count: number;
  selected: boolean;
  /** The keyboard is here. */
  active: boolean;
  /** Selected for what is done to several. */
  checked: boolean;
  onOpen: (row: MessageRow, index: number) => void;
  onAction: (row: MessageRow, action: RowAction) => void;
}

/** A mail in the list: who, when, what, and the first words. */
export const MessageItem = React.memo(function MessageItem(props: Props) {
  const { row, index, count, selected, active, checked, onOpen, onAction } = props;
  const { t, language } = useLane();
  const place: React.CSSProperties = { top: index * ROW_HEIGHT, height: ROW_HEIGHT };
  if (!row) {
    return (
      <div className="mail-row" style={place}>
        <Skeleton active paragraph={{ rows: 1, width: '90%' }} title={{ width: '45%' }} />
      </div>
    );
  }
  const classes = [
    'mail-row',
    !row.isRead && 'is-unread',
    selected && 'is-selected',
    active && 'is-active',
    checked && 'is-checked',
  ];
  return (
    <div
      aria-checked={checked}
      aria-posinset={index + 1}
      aria-selected={selected}
      aria-setsize={count}
      className={classes.filter(Boolean).join(' ')}
      data-message={row.id}
      id={`mail-row-${row.id}`}
      onClick={() => onOpen(row, index)}
      role="option"
      style={place}
    >
      <div className="mail-row-line">
        {!row.isRead && <span aria-label={t('Unread')} className="mail-dot" role="img" />}
        <RowCheck checked={checked} onCheck={() => onAction(row, 'check')} />
        <span className="mail-row-people">{peopleOf(row, t)}</span>
        <OutgoingMark row={row} />
        {row.isTodo && <CheckSquareOutlined aria-label={t('To-do')} className="mail-todo-on" />}
        {Boolean(row.noteCount) && <FormOutlined aria-label={t('Has notes')} className="mail-faint" />}
        {hasFiles(row) && <PaperClipOutlined aria-label={t('Has attachments')} className="mail-faint" />}
        <time className="mail-row-date" dateTime={row.date ?? undefined}>
          {shortDate(row.date, new Date(), language())}
        </time>
      </div>
      <div className="mail-row-subject">
        <RowLabels labels={row.labels ?? []} />
        {row.subject || t('(no subject)')}
      </div>
      <div className="mail-row-preview">{row.preview}</div>
      <RowActions onAction={(action) => onAction(row, action)} row={row} />
    </div>
  );
});

/** A change that waits for long, or was refused. */
function OutgoingMark({ row: { outgoing } }: { row: MessageRow }) {
  const { t } = useLane();
  if (outgoing?.state === 'refused') {
    const said = t('The provider refused a change of this email');
    return <ExclamationCircleFilled aria-label={said} className="mail-warning" title={said} />;
  }
  if (!outgoing?.attempts) return null;
  const said = t('Not yet at the provider');
  return <CloudSyncOutlined aria-label={said} className="mail-faint" title={said} />;
}

function hasFiles(row: MessageRow): boolean {
  return (row.attachments ?? []).some(({ contentId }) => !contentId);
}

/** In the boxes of one's own mail the recipients tell the rows apart, elsewhere the sender does. */
function peopleOf(row: MessageRow, t: (key: string, values?: Record<string, string>) => string): string {
  if (row.boxType !== 'out' && row.boxType !== 'draft') {
    return personName(row.fromUser) || row.from || t('(unknown sender)');
  }
  const people = (row.toUsers ?? []).map(personName).join(', ');
  return people ? t('To: {{people}}', { people }) : t('(no recipient)');
}
