import { useEffect, useMemo, useReducer } from 'react';
import { useActions } from '../host/page';
import type { MessageRow } from '../host/types';
import { useMailChanges } from '../shared/changes';
import { MessagePages, PAGE_SIZE } from './messagePages';
import { filterOf, isBox, type Place } from './place';

/** The messages of a place, or what a search for `text` finds, drawn again whenever they change, refreshed when the server says so. */
export function useMessages(place: Place, unreadOnly: boolean, text: string): MessagePages {
  const { box, mailbox, member, todo, label, status, folder } = place;
  const actions = useActions();
  const [, draw] = useReducer((count: number) => count + 1, 0);

  const pages = useMemo(() => {
    const here: Place = { view: 'mail', box, mailbox, member, todo, label, status, folder, message: null };
    const query = {
      filter: filterOf(here, unreadOnly, text !== ''),
      all: member !== null,
      text: text || undefined,
    };
    const isOwn = isBox(here) && text === '' && (box === 'out' || box === 'draft');
    return new MessagePages(
      async (page) => {
        const found = await actions.messages(query, page, PAGE_SIZE);
        return isOwn ? { ...found, rows: found.rows.map(apart) } : found;
      },
      draw,
      () => actions.messageCount(query),
    );
  }, [actions, box, mailbox, member, todo, label, status, folder, unreadOnly, text]);

  useEffect(() => {
    pages.begin();
    return () => pages.dispose();
  }, [pages]);
  useMailChanges(() => pages.refresh());

  return pages;
}

/** Among one's own mail it doesn't count whether an answer in another box has been read. */
function apart(row: MessageRow): MessageRow {
  return { ...row, relatedMessagesIsRead: row.isRead };
}
