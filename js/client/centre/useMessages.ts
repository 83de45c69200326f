import { useEffect, useMemo, useReducer } from 'react';
import { useActions } from '../host/page';
import { useMailChanges } from '../shared/changes';
import { MessagePages, PAGE_SIZE } from './messagePages';
import { filterOf, type Place } from './place';

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
    return new MessagePages(
      (page) => actions.messages(query, page, PAGE_SIZE),
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
