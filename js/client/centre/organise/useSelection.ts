import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { MessageRow } from '../../host/types';
import type { MessagePages } from '../messagePages';

/** The most emails that one request changes. */
const MOST = 1000;

export interface Selection {
  ids: ReadonlySet<number>;
  rows: MessageRow[];
  toggle: (id: number) => void;
  /** Selects everything from the one that was toggled last up to this one. */
  extend: (id: number) => void;
  clear: () => void;
  /** Deselects what left the list. */
  drop: (ids: Set<number>) => void;
  /** Everything that is loaded. */
  all: () => void;
}

/** Which emails of a list are selected. Another list begins with none. */
export function useSelection(pages: MessagePages): Selection {
  const [ids, setIds] = useState<ReadonlySet<number>>(new Set());
  useEffect(() => setIds(new Set()), [pages]);
  const last = useRef<number>();
  const toggle = useCallback((id: number) => {
    last.current = id;
    setIds((before) => {
      const after = new Set(before);
      if (!after.delete(id) && after.size < MOST) after.add(id);
      return after;
    });
  }, []);
  const extend = useCallback(
    (id: number) => {
      const some = last.current === undefined ? [] : pages.between(last.current, id);
      // What it began with may be gone.
      if (some.length === 0) return toggle(id);
      setIds((before) => new Set([...before, ...some.map((row) => row.id)].slice(0, MOST)));
    },
    [pages, toggle],
  );
  const clear = useCallback(() => setIds(new Set()), []);
  const drop = useCallback((gone: Set<number>) => {
    setIds((before) => new Set([...before].filter((id) => !gone.has(id))));
  }, []);
  const all = useCallback(() => {
    setIds(
      new Set(
        pages
          .loaded()
          .slice(0, MOST)
          .map(({ id }) => id),
      ),
    );
  }, [pages]);
  // What is no longer in the list can't be acted on.
  const rows = pages.rowsOf(ids);
  return useMemo(
    () => ({ ids, rows, toggle, extend, clear, drop, all }),
    [ids, rows, toggle, extend, clear, drop, all],
  );
}
