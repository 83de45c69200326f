import React, { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Empty } from 'antd';
import { useLane } from '../host/lane';
import type { MessageRow } from '../host/types';
import { Problem } from '../shared/Problem';
import { MessageItem, ROW_HEIGHT } from './MessageItem';
import type { RowAction } from './organise/RowParts';
import type { MessagePages } from './messagePages';
import type { Walk } from './useWalk';

/** Rows drawn above and below what is in view. */
const MARGIN = 8;

interface Props {
  pages: MessagePages;
  label: string;
  emptyText: React.ReactNode;
  selected: number | null;
  checked: ReadonlySet<number>;
  onOpen: (row: MessageRow) => void;
  onAction: (row: MessageRow, action: RowAction) => void;
  walk: Walk;
}

/** The list of a box. Only the rows in view exist, so it is as quick with a hundred thousand mails as with ten. */
export function MessageList(props: Props) {
  const { pages, label, emptyText, selected, checked, onOpen, onAction, walk } = props;
  const { t, say } = useLane();
  const box = useRef<HTMLDivElement>(null);
  const { first, last, onScroll } = useVisibleRows(box, pages);
  const count = pages.count ?? 0;
  const { active, put } = walk;

  const open = useCallback(
    (row: MessageRow, index: number) => {
      put(row, index);
      onOpen(row);
    },
    [onOpen, put],
  );

  const onKeyDown = (event: React.KeyboardEvent) => {
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
    const by = walk.after;
    const moves: Record<string, number> = {
      ArrowDown: by(1),
      ArrowUp: by(-1),
      j: by(1),
      k: by(-1),
      PageDown: by(page),
      PageUp: by(-page),
      Home: 0,
      End: count - 1,
    };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = moves[event.key];
    const row = active === undefined ? undefined : pages.row(walk.index);
    if (target !== undefined) scrollIntoView(box.current, walk.moveTo(target));
    else if ((event.key === 'Enter' || event.key === ' ') && row) open(row, walk.index);
    else return;
    event.preventDefault();
  };

  if (pages.error && pages.count === undefined) {
    return <Problem error={pages.error} retry={() => pages.refresh()} />;
  }
  if (pages.count === 0) {
    return <Empty className="mail-empty" description={emptyText} image={Empty.PRESENTED_IMAGE_SIMPLE} />;
  }
  const shownRows = pages.count === undefined ? 6 : Math.max(0, Math.min(last, count - 1) - first + 1);
  return (
    <div
      aria-activedescendant={active === undefined ? undefined : `mail-row-${active}`}
      aria-busy={pages.isLoading}
      aria-label={label}
      className="mail-list"
      onKeyDown={onKeyDown}
      onScroll={onScroll}
      ref={box}
      role="listbox"
      tabIndex={0}
    >
      <div
        role="presentation"
        style={{ height: Math.max(count, shownRows) * ROW_HEIGHT, position: 'relative' }}
      >
        {Array.from({ length: shownRows }, (_, offset) => {
          const index = first + offset;
          const row = pages.row(index);
          return (
            <MessageItem
              active={row !== undefined && row.id === active}
              checked={row !== undefined && checked.has(row.id)}
              count={count}
              highlight={pages.highlight}
              index={index}
              key={row?.id ?? `place-${index}`}
              onAction={onAction}
              onOpen={open}
              row={row}
              selected={row !== undefined && row.id === selected}
            />
          );
        })}
      </div>
      {pages.error && (
        <div className="mail-list-problem" role="alert">
          {say(pages.error.message)}{' '}
          <button onClick={() => pages.refresh()} type="button">
            {t('Try again')}
          </button>
        </div>
      )}
    </div>
  );
}

/** Which rows are in view. New mails at the top push the rows down; what the reader looks at stays where it is. */
function useVisibleRows(box: React.RefObject<HTMLDivElement>, pages: MessagePages) {
  const [range, setRange] = useState<[number, number]>([0, 20]);
  const anchor = useRef<Anchor>();

  const measure = useCallback(() => {
    const element = box.current;
    const top = element?.scrollTop ?? 0;
    const height = element?.clientHeight ?? 0;
    const at = Math.floor(top / ROW_HEIGHT);
    anchor.current = anchorOf(element, pages);
    const next: [number, number] = [Math.max(0, at - MARGIN), at + Math.ceil(height / ROW_HEIGHT) + MARGIN];
    setRange((before) => (before[0] === next[0] && before[1] === next[1] ? before : next));
  }, [box, pages]);

  useLayoutEffect(() => {
    const element = box.current;
    const before = anchor.current;
    const index = before ? pages.indexOf(before.id) : -1;
    if (element && before && index >= 0) element.scrollTop += (index - before.index) * ROW_HEIGHT;
    anchor.current = anchorOf(element, pages);
  });

  useEffect(() => {
    if (box.current) box.current.scrollTop = 0;
    measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, [box, measure]);

  useEffect(() => pages.show(...range), [pages, range]);
  return { first: range[0], last: range[1], onScroll: measure };
}

interface Anchor {
  id: number;
  index: number;
}

/** The first row in view, unless that is the top of the list, where new mails are meant to be seen. */
function anchorOf(box: HTMLElement | null, pages: MessagePages): Anchor | undefined {
  if (!box || box.scrollTop === 0) return undefined;
  const index = Math.floor(box.scrollTop / ROW_HEIGHT);
  const row = pages.row(index);
  return row && { id: row.id, index };
}

function scrollIntoView(box: HTMLElement | null, index: number): void {
  if (!box) return;
  const top = index * ROW_HEIGHT;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + ROW_HEIGHT > box.scrollTop + box.clientHeight) {
    box.scrollTop = top + ROW_HEIGHT - box.clientHeight;
  }
}
