import { useEffect, useRef, useState } from 'react';
import type { MessageRow } from '../../host/types';
import type { Organising } from './useOrganising';
import type { Selection } from './useSelection';
import { commandOf } from './wish';

/** Does what the keys say: to the selected emails, else to the open one, else to the one that the keyboard is at. */
export function useShortcuts(
  organising: Organising,
  selection: Selection,
  current: () => MessageRow | undefined,
): { help: boolean; closeHelp: () => void } {
  const [help, setHelp] = useState(false);
  const newest = useRef({ organising, selection, current });
  newest.current = { organising, selection, current };

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const command = commandOf(event);
      if (!command) return;
      const now = newest.current;
      const at = now.current();
      const rows = now.selection.rows.length > 0 ? now.selection.rows : at ? [at] : [];
      const starred = rows.every((row) => row.isStarred);
      switch (command) {
        case 'help':
          setHelp(true);
          break;
        case 'select':
          if (at) now.selection.toggle(at.id);
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
      }
      event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);

  return { help, closeHelp: () => setHelp(false) };
}
