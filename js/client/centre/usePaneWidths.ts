import { type CSSProperties, useState } from 'react';

export type Pane = 'tree' | 'list';

/** Widths in pixels. */
export interface PaneWidth {
  value: number;
  min: number;
  max: number;
}

export interface PaneWidths {
  style: CSSProperties;
  of: Record<Pane, PaneWidth>;
  /** `undefined` brings the usual width back. */
  set: (pane: Pane, width: number | undefined) => void;
}

const KEY = 'email-manager:pane-widths';
const TREE = { min: 160, max: 400 };
const LIST_MIN = 240;
/** What an open email needs. */
const READER_MIN = 300;
/** Up to this width of the whole, the panes are usually smaller. */
const SMALL = 1000;

/** How wide the panes are in a room of `width`: as this browser's user has drawn them last. */
export function usePaneWidths(width: number): PaneWidths {
  const [chosen, setChosen] = useState(kept);
  const usual = width <= SMALL ? { tree: 196, list: 300 } : { tree: 248, list: 380 };
  const tree = bounded(chosen.tree ?? usual.tree, TREE.min, TREE.max);
  const max = Math.max(LIST_MIN, width - tree.value - READER_MIN);
  const list = bounded(chosen.list ?? usual.list, LIST_MIN, max);
  return {
    style: {
      '--mail-tree-width': `${tree.value}px`,
      '--mail-list-width': `${list.value}px`,
    } as CSSProperties,
    of: { tree, list },
    set: (pane, wanted) =>
      setChosen((before) => {
        const after = { ...before, [pane]: wanted };
        keep(after);
        return after;
      }),
  };
}

function bounded(wanted: number, min: number, max: number): PaneWidth {
  return { value: Math.round(Math.min(Math.max(wanted, min), max)), min, max };
}

type Chosen = Partial<Record<Pane, number | undefined>>;

function kept(): Chosen {
  try {
    const { tree, list } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, unknown>;
    const width = (value: unknown) => (Number.isFinite(value) ? (value as number) : undefined);
    return { tree: width(tree), list: width(list) };
  } catch {
    return {};
  }
}

/** A browser that keeps nothing forgets them with the page. */
function keep(chosen: Chosen): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(chosen));
  } catch {
    // Nothing is lost but a width.
  }
}
