import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { MessageRow } from '../host/types';
import { type Cursor, followed, markedId, stepped } from './cursor';
import type { MessagePages } from './messagePages';

/** How long the keys rest at an email before it is opened, in milliseconds: a key that is held asks for none on the way. */
const REST = 200;

/** The way that the keyboard takes through a list. */
export interface Walk {
  /** The email that is marked; `undefined` while there is none. */
  active: number | undefined;
  /** Its index. */
  index: number;
  /** The index that so many steps lead to. */
  after: (steps: number) => number;
  /** Goes to an index by a key; where an email is open, that one is opened next. Tells where it came to. */
  moveTo: (index: number) => number;
  /** Puts the cursor at a row that was chosen otherwise, and that keys mean from then on. */
  put: (row: MessageRow, index: number) => void;
  /** Whether keys mean what is marked rather than what is open. */
  leads: () => boolean;
}

/**
 * @param opened the open email
 * @param open opens an email that was walked to; false where it is not to be opened in passing
 */
export function useWalk(
  pages: MessagePages,
  opened: number | null,
  open: (row: MessageRow) => boolean,
): Walk {
  const [at, setAt] = useState<Cursor>();
  const cursor = at && followed(at, pages);
  const active = cursor && markedId(cursor, pages);
  const leads = useRef(false);
  /** What was opened last because it was walked to. */
  const reached = useRef<number>();
  const rest = useRef<ReturnType<typeof setTimeout>>();
  const isDue = useRef(false);
  const newest = useRef({ pages, opened, open, active });
  newest.current = { pages, opened, open, active };

  const stop = useCallback(() => {
    clearTimeout(rest.current);
    isDue.current = false;
  }, []);
  const settle = useCallback(() => {
    const { pages, opened, open, active } = newest.current;
    const row = active === undefined ? undefined : pages.rowWith(active);
    // A row that has not come yet is opened when it has.
    if (!isDue.current || !row) return;
    isDue.current = false;
    if (opened === null || pages.rowWith(opened)?.id === row.id) return;
    if (open(row)) reached.current = row.id;
  }, []);

  useLayoutEffect(() => {
    setAt(cursor);
    settle();
  }, [cursor, active, settle]);
  useEffect(() => stop, [stop]);
  useEffect(() => {
    stop();
    leads.current = false;
    setAt(undefined);
  }, [pages, stop]);
  useEffect(() => {
    if (opened !== null && opened === reached.current) return;
    reached.current = undefined;
    if (opened === null) return;
    stop();
    leads.current = false;
    const found = cursorAt(opened, newest.current.pages);
    setAt(found.id === undefined ? undefined : found);
  }, [opened, stop]);

  const from = cursor ?? cursorAt(opened, pages);
  const moveTo = (index: number) => {
    const next = Math.max(0, Math.min((pages.count ?? 0) - 1, index));
    setAt({ id: pages.row(next)?.id, index: next });
    leads.current = true;
    stop();
    if (opened !== null)
      rest.current = setTimeout(() => {
        isDue.current = true;
        settle();
      }, REST);
    return next;
  };
  const put = useCallback(
    ({ id }: MessageRow, index: number) => {
      stop();
      // What is opened takes a moment to be; keys mean it already.
      leads.current = true;
      reached.current = undefined;
      setAt({ id, index });
    },
    [stop],
  );
  return {
    active,
    index: from.index,
    after: (steps) => stepped(from, steps, pages),
    moveTo,
    put,
    leads: useCallback(() => leads.current, []),
  };
}

function cursorAt(opened: number | null, pages: MessagePages): Cursor {
  const id = opened === null ? undefined : pages.rowWith(opened)?.id;
  return { id, index: pages.indexOf(id) };
}
