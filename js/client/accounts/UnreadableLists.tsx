import React from 'react';
import { Alert } from 'antd';
import { useLane } from '../host/lane';
import type { UnreadableList } from '../host/types';
import { dateAndTime, timeAgo } from '../shared/format';

/** What of a mailbox can't be read at present, or not as a whole, while the rest is. */
export function UnreadableLists({ lists, className = '' }: { lists: UnreadableList[]; className?: string }) {
  return (
    <>
      {lists.map((list) => (
        <Unreadable className={className} key={list.id} list={list} />
      ))}
    </>
  );
}

/** A folder that the provider doesn't let be read, or a list of emails that has no end. */
function Unreadable({ list, className }: { list: UnreadableList; className: string }) {
  const { t, say, language } = useLane();
  const { name, message, since, retryAt } = list;
  const facts = [
    say(message),
    t('Since {{date}}', { date: dateAndTime(since, language()) }),
    t('next try {{when}}', { when: timeAgo(retryAt, new Date(), language()) }),
  ];
  return (
    <Alert
      className={className}
      data-unreadable={list.id}
      description={facts.join(' · ')}
      message={
        name === null
          ? t('The list of all emails cannot be read at present')
          : t('The folder "{{name}}" cannot be read at present; everything else is synchronized', { name })
      }
      showIcon
      type="warning"
    />
  );
}
