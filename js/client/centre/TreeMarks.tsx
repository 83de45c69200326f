import React from 'react';
import { CheckSquareOutlined, MailOutlined, StarOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import type { MailboxFolders } from '../host/types';
import { amount } from '../shared/format';
import { unreadOf } from './boxes';
import type { Place, Status } from './place';
import { TreeButton } from './TreeButton';

interface Props {
  /** What is listed; nothing of the tree while a search goes through all of it. */
  marked: Place | null;
  folders: MailboxFolders[];
  onStatus: (status: Status) => void;
  onTodo: () => void;
}

/** The part of the tree that leads across all mailboxes: what is unread, starred or to do. */
export function TreeMarks({ marked, folders, onStatus, onTodo }: Props) {
  const { t, language } = useLane();
  const sum = (mark: 'starred' | 'todo') => folders.reduce((total, mailbox) => total + mailbox[mark], 0);
  const total = (count: number) => {
    const text = amount(count, language());
    // The place is called by its name, and described by its count.
    return {
      title: t('Emails: {{count}}', { count: text }),
      children: count > 0 && (
        <span aria-hidden className="mail-faint">
          {text}
        </span>
      ),
    };
  };
  const unread = unreadOf(folders);
  const unreadText = amount(unread, language());
  return (
    <section aria-label={t('Status')} className="mail-group mail-group-labels">
      <TreeButton
        chosen={marked?.status === 'unread'}
        data={{ 'data-status': 'unread' }}
        icon={<MailOutlined aria-hidden />}
        label={t('Unread')}
        onClick={() => onStatus('unread')}
        title={t('Unread: {{count}}', { count: unreadText })}
      >
        {unread > 0 && <b aria-hidden>{unreadText}</b>}
      </TreeButton>
      <TreeButton
        chosen={marked?.status === 'starred'}
        data={{ 'data-status': 'starred' }}
        icon={<StarOutlined aria-hidden />}
        label={t('Starred')}
        onClick={() => onStatus('starred')}
        {...total(sum('starred'))}
      />
      <TreeButton
        chosen={marked?.todo ?? false}
        data={{ 'data-todo': true }}
        icon={<CheckSquareOutlined aria-hidden />}
        label={t('To-do')}
        onClick={onTodo}
        {...total(sum('todo'))}
      />
    </section>
  );
}
