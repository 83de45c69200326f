import React from 'react';
import { Button, Tooltip } from 'antd';
import {
  CheckSquareOutlined,
  DeleteOutlined,
  FireOutlined,
  InboxOutlined,
  MailOutlined,
  ReadOutlined,
  StarFilled,
  StarOutlined,
  WarningOutlined,
} from '@ant-design/icons';
import { AnswerButtons } from '../../compose/Answer';
import { useLane } from '../../host/lane';
import { isOwnDraft, type MessageRow, type Wish } from '../../host/types';
import { ArchiveIcon } from '../../shared/icons';
import { LabelMenu } from './LabelMenu';
import { MoveMenu } from './MoveMenu';
import { hindrance, keeps } from './possible';
import type { Organising } from './useOrganising';
import { isAllRead } from './wish';

interface Props {
  rows: MessageRow[];
  organising: Organising;
  /** Called once a draft of the provider is gone on with elsewhere. */
  onTakenOver?: () => void;
}

/** The buttons for one email, or for all that are selected: what can be done with at least one of them. */
export function MessageActions({ rows, organising, onTakenOver }: Props) {
  const { t, say } = useLane();
  const { apply, deleteForGood, targets } = organising;
  const every = (holds: (row: MessageRow) => boolean) => rows.every(holds);
  const isRead = every(isAllRead);
  const isStarred = every((row) => Boolean(row.isStarred));
  const isTodo = every((row) => Boolean(row.isTodo));
  const isAway = every(({ boxType }) => boxType === 'trash' || boxType === 'spam');
  const inTrash = every(({ boxType }) => boxType === 'trash');
  const targetsOf = (row: MessageRow) => targets.find(({ accountId }) => accountId === row.accountId);
  // A draft that only this site has takes nobody's permission.
  const organises = every((row) => isOwnDraft(row) || targetsOf(row)?.organises !== false);
  const kept = rows.map((row) => keeps(row, targets));
  const keptAll = kept.every((reason) => reason !== undefined) ? kept[0] : undefined;
  const button = (title: string, icon: React.ReactNode, wish: Wish) =>
    rows.some((row) => !hindrance(row, wish)) && (
      <ActionButton icon={icon} onClick={() => apply(rows, wish)} title={title} />
    );
  return (
    <div aria-label={t('What to do with it')} className="mail-actions" role="toolbar">
      {rows.length === 1 && rows[0] && <AnswerButtons message={rows[0]} onTakenOver={onTakenOver} />}
      {organises && (
        <>
          {isAway
            ? button(t('Put back'), <InboxOutlined aria-hidden />, { putBack: true })
            : button(t('Archive'), <ArchiveIcon />, { boxType: 'archive' })}
          {!isAway && button(t('Report spam'), <WarningOutlined aria-hidden />, { boxType: 'spam' })}
          {!inTrash && button(t('Move to trash'), <DeleteOutlined aria-hidden />, { boxType: 'trash' })}
          {inTrash && (
            <ActionButton
              disabled={keptAll !== undefined}
              icon={<FireOutlined aria-hidden />}
              onClick={() => deleteForGood(rows)}
              title={keptAll === undefined ? t('Delete for good') : say(keptAll)}
            />
          )}
          {isRead
            ? button(t('Mark as unread'), <MailOutlined aria-hidden />, { isRead: false })
            : button(t('Mark as read'), <ReadOutlined aria-hidden />, { isRead: true })}
          {isStarred
            ? button(t('Take the star off'), <StarFilled aria-hidden className="mail-star-on" />, {
                isStarred: false,
              })
            : button(t('Star'), <StarOutlined aria-hidden />, { isStarred: true })}
          <MoveMenu organising={organising} rows={rows} />
        </>
      )}
      <LabelMenu organising={organising} rows={rows} />
      {button(
        isTodo ? t('Done') : t('To-do'),
        <CheckSquareOutlined aria-hidden className={isTodo ? 'mail-todo-on' : ''} />,
        { isTodo: !isTodo },
      )}
    </div>
  );
}

interface ActionButtonProps {
  title: string;
  icon: React.ReactNode;
  disabled?: boolean;
  onClick: () => void;
}

function ActionButton({ title, icon, disabled = false, onClick }: ActionButtonProps) {
  return (
    <Tooltip title={title}>
      <Button aria-label={title} disabled={disabled} icon={icon} onClick={onClick} type="text" />
    </Tooltip>
  );
}
