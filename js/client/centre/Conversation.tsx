import React, { useState } from 'react';
import { Button } from 'antd';
import { PaperClipOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import type { Message, MessageRow } from '../host/types';
import { amount, personName, shortDate } from '../shared/format';

/** So many of the emails before the open one are shown at once. */
const SHOWN = 3;

/** The other emails of the conversation of an open one, before and after it. */
export function around(message: Message): { earlier: MessageRow[]; later: MessageRow[] } {
  const children = message.children ?? [];
  const isEarlier = ({ date, id }: MessageRow) =>
    (date ?? '') < (message.date ?? '') || (date === message.date && id < message.id);
  return { earlier: children.filter(isEarlier), later: children.filter((child) => !isEarlier(child)) };
}

interface Props {
  label: string;
  rows: MessageRow[];
  onOpen: (id: number) => void;
  /** Only the last ones, until more are asked for. */
  folds?: boolean;
}

/** Emails of a conversation, a line each, oldest first. */
export function Conversation({ label, rows, onOpen, folds = false }: Props) {
  const { t, language } = useLane();
  const [isOpen, setOpen] = useState(!folds);
  const hidden = isOpen || rows.length <= SHOWN + 1 ? 0 : rows.length - SHOWN;
  if (rows.length === 0) return null;
  return (
    <nav aria-label={label} className="mail-conversation">
      {hidden > 0 && (
        <Button onClick={() => setOpen(true)} size="small" type="link">
          {t('Show {{count}} earlier emails', { count: amount(hidden, language()) })}
        </Button>
      )}
      {rows.slice(hidden).map((row) => (
        <button
          className={row.isRead ? 'mail-line' : 'mail-line is-unread'}
          key={row.id}
          onClick={() => onOpen(row.id)}
          type="button"
        >
          {!row.isRead && <span aria-label={t('Unread')} className="mail-dot" role="img" />}
          <span className="mail-line-person mail-ellipsis">
            {personName(row.fromUser) || row.from || t('(unknown sender)')}
          </span>
          <span className="mail-line-preview mail-ellipsis">{row.preview}</span>
          {(row.attachments ?? []).some(({ contentId }) => !contentId) && (
            <PaperClipOutlined aria-label={t('Has attachments')} className="mail-faint" />
          )}
          <time className="mail-row-date" dateTime={row.date ?? undefined}>
            {shortDate(row.date, new Date(), language())}
          </time>
        </button>
      ))}
    </nav>
  );
}
