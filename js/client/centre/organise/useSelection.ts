import { useCallback, useEffect, useMemo, useState } from 'react';
import type { MessageRow } from '../../host/types';
import type { MessagePages } from '../messagePages';

/** The most emails that one request changes. */
const MOST = 1000;

export interface Selection {
  ids: ReadonlySet<number>;
  rows: MessageRow[];
  toggle: (id: number) => void;
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
  const toggle = useCallback((id: number) => {
    setIds((before) => {
      const after = new Set(before);
      if (!after.delete(id) && after.size < MOST) after.add(id);
      return after;
    });
  }, []);
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
  return useMemo(() => ({ ids, rows, toggle, clear, drop, all }), [ids, rows, toggle, clear, drop, all]);
}
