import { useEffect, useRef, useState } from 'react';
import type { MessageRow } from '../../host/types';
import type { Organising } from './useOrganising';
import type { Selection } from './useSelection';
import { commandOf } from './wish';

/** What a key has opened; the emails are those that it was pressed for. */
export interface Opened {
  dialog: 'help' | 'labels' | 'move';
  ids: number[];
}

/**
 * Does what the keys say to the selected emails, else to the current one.
 *
 * @param step goes so many emails on where no list is shown; false where there is nowhere to go
 */
export function useShortcuts(
  organising: Organising,
  selection: Selection,
  current: () => MessageRow | undefined,
  step: (steps: number) => boolean,
): { opened: Opened | undefined; close: () => void } {
  const [opened, setOpened] = useState<Opened>();
  const newest = useRef({ organising, selection, current, step, opened });
  newest.current = { organising, selection, current, step, opened };

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const now = newest.current;
      const command = commandOf(event);
      if (!command) return;
      if (now.opened) {
        // A dialog takes a moment until the keyboard is in it: until then Escape is pressed outside.
        if (command === 'leave') setOpened(undefined);
        return;
      }
      const at = now.current();
      const rows = now.selection.rows.length > 0 ? now.selection.rows : at ? [at] : [];
      const open = (dialog: Opened['dialog']) => setOpened({ dialog, ids: rows.map(({ id }) => id) });
      const starred = rows.every((row) => row.isStarred);
      switch (command) {
        case 'help':
          open('help');
          break;
        case 'labels':
        case 'move':
          if (rows.some((row) => !row.readOnly)) open(command);
          break;
        case 'select':
          if (at) now.selection.toggle(at.id);
          break;
        case 'leave':
          now.selection.clear();
          break;
        case 'archive':
          now.organising.apply(rows, { boxType: 'archive' });
          break;
        case 'trash':
          now.organising.apply(rows, { boxType: 'trash' });
          break;
        case 'unread':
          now.organising.apply(rows, { isRead: false });
          break;
        case 'star':
          now.organising.apply(rows, { isStarred: !starred });
          break;
        case 'search':
          document.querySelector<HTMLInputElement>('.mail-search input')?.focus();
          break;
        case 'walk':
          if (!walk(event, now.step)) return;
          break;
      }
      event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);

  return { opened, close: () => setOpened(undefined) };
}

/** The list walks by itself while the keyboard is in it; from elsewhere the key is handed to it. */
function walk({ key, target }: KeyboardEvent, step: (steps: number) => boolean): boolean {
  const list = document.querySelector<HTMLElement>('.mail-list');
  if (!list) return step(key === 'j' ? 1 : -1);
  if (list.contains(target as Node | null)) return false;
  list.focus();
  list.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  return true;
}
