import { useRef } from 'react';
import { isEdited, type MessageRow } from '../host/types';
import type { MessagePages } from './messagePages';
import type { Walk } from './useWalk';

interface Options {
  pages: MessagePages;
  walk: Walk;
  opened: number | null;
  /** Whether a mail is open that the list can't have. */
  isElsewhere: boolean;
  narrow: boolean;
  /** The email that keys mean. */
  current: () => MessageRow | undefined;
  show: (id: number | null, options: { replace: boolean }) => void;
}

/**
 * Opens another email where the open one leaves the list: the one that takes its row, at the end the one before. Where
 * there is one pane it is the list that shows. What is returned opens it again, unless something else was opened meanwhile.
 */
export function useAdvance(options: Options): (gone: Set<number>) => () => void {
  const newest = useRef(options);
  newest.current = options;
  return (gone) => {
    const { pages, walk, opened, narrow, current, show } = newest.current;
    const row = opened === null ? undefined : pages.rowWith(opened);
    const leaving = [current(), row].find((each) => each && gone.has(each.id));
    if (opened === null || !(leaving || gone.has(opened))) return () => undefined;
    const next = narrow || !leaving ? undefined : nextTo(pages, leaving, gone);
    if (next) walk.put(next, pages.indexOf(next.id));
    const shown = next?.id ?? null;
    show(shown, { replace: true });
    const before = leaving && leaving !== row ? leaving.id : opened;
    return () => {
      const now = newest.current;
      if (now.pages !== pages || now.opened !== shown || now.isElsewhere) return;
      now.show(before, { replace: !now.narrow });
    };
  };
}

function nextTo(pages: MessagePages, { id }: MessageRow, gone: Set<number>): MessageRow | undefined {
  const index = pages.indexOf(id);
  if (index < 0) return undefined;
  const first = (step: number) => {
    let at = index + step;
    let row = pages.row(at);
    // A draft would be gone on with.
    while (row && (gone.has(row.id) || isEdited(row))) row = pages.row((at += step));
    return row;
  };
  return first(1) ?? first(-1);
}
