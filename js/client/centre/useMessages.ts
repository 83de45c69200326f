import { useEffect, useMemo, useReducer } from 'react';
import { useActions } from '../host/page';
import { useMailChanges } from '../shared/changes';
import { MessagePages, PAGE_SIZE } from './messagePages';
import { filterOf, type Place } from './place';

/** The messages of a place, drawn again whenever they change, refreshed when the server says so. */
export function useMessages({ box, mailbox, member, todo, label }: Place, unreadOnly: boolean): MessagePages {
  const actions = useActions();
  const [, draw] = useReducer((count: number) => count + 1, 0);

  const pages = useMemo(() => {
    const filter = filterOf({ view: 'mail', box, mailbox, member, todo, label, message: null }, unreadOnly);
    const all = member !== null;
    return new MessagePages((page) => actions.messages({ page, pageSize: PAGE_SIZE, filter, all }), draw);
  }, [actions, box, mailbox, member, todo, label, unreadOnly]);

  useEffect(() => {
    pages.refresh();
    return () => pages.dispose();
  }, [pages]);
  useMailChanges(() => pages.refresh());

  return pages;
}
