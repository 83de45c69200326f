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
import { amount, firstName, personName, shortDate } from '../shared/format';
import { Marked } from './Marked';
import { type RowAction, RowActions, RowCheck, RowLabels } from './organise/RowParts';
import { isAllRead } from './organise/wish';
import { RowPlace } from './RowPlace';

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
  /** Words to mark. */
  highlight: string[];
  onOpen: (row: MessageRow, index: number) => void;
  onAction: (row: MessageRow, action: RowAction) => void;
}

/** A mail in the list: who, when, what, and the first words. */
export const MessageItem = React.memo(function MessageItem(props: Props) {
  const { row, index, count, selected, active, checked, highlight, onOpen, onAction } = props;
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
    !isAllRead(row) && 'is-unread',
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
        {!isAllRead(row) && <span aria-label={t('Unread')} className="mail-dot" role="img" />}
        <RowCheck checked={checked} onCheck={(action) => onAction(row, action)} />
        <span className="mail-row-people">
          <Marked text={peopleOf(row, t)} words={highlight} />
        </span>
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
        <span className="mail-ellipsis">
          <Marked text={row.subject || t('(no subject)')} words={highlight} />
        </span>
        <ConversationCount count={row.relatedMessageCount ?? 1} />
      </div>
      <div className="mail-row-preview">
        <span className="mail-ellipsis">
          <Marked text={row.preview ?? ''} words={highlight} />
        </span>
        <RowPlace row={row} />
      </div>
      <RowActions onAction={(action) => onAction(row, action)} row={row} />
    </div>
  );
});

function ConversationCount({ count }: { count: number }) {
  const { t, language } = useLane();
  if (count < 2) return null;
  const said = t('{{count}} emails in this conversation', { count: amount(count, language()) });
  return (
    <span aria-label={said} className="mail-count" role="img" title={said}>
      {amount(count, language())}
    </span>
  );
}

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
  return row.hasAttachments ?? (row.attachments ?? []).some(({ contentId }) => !contentId);
}

/**
 * In the boxes of one's own mail the recipients tell the rows apart, elsewhere the sender does, or all who have written
 * in the conversation.
 */
export function peopleOf(
  row: Pick<MessageRow, 'boxType' | 'from' | 'fromUser' | 'toUsers' | 'participants'>,
  t: (key: string, values?: Record<string, string>) => string,
): string {
  const { participants = [] } = row;
  if (['out', 'draft', 'scheduled', 'mass'].includes(row.boxType)) {
    const people = (row.toUsers ?? []).map(personName).join(', ');
    return people ? t('To: {{people}}', { people }) : t('(no recipient)');
  }
  if (participants.length > 1) return participants.map(firstName).join(', ');
  return personName(row.fromUser) || row.from || t('(unknown sender)');
}
