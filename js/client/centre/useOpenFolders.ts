import { useState } from 'react';

const KEY = 'email-manager:open-folders';

/** Of each account, which folders are open; the whole of them under an empty id. */
type Kept = Record<string, Record<string, boolean>>;

export interface OpenFolders {
  isOpen: (id: string) => boolean;
  toggle: (id: string) => void;
}

/** The whole of a mailbox's folders. */
export const ALL_FOLDERS = '';

/**
 * Which folders of a mailbox are open: as this browser's user has left them, the whole of them at first.
 *
 * @param shown ids of folders that are open to begin with, so that what is chosen can be seen
 */
export function useOpenFolders(accountId: number, shown: string[]): OpenFolders {
  const [open, setOpen] = useState(() => ({
    ...kept()[accountId],
    ...Object.fromEntries(shown.map((id) => [id, true])),
  }));
  const isOpen = (id: string) => open[id] ?? id === ALL_FOLDERS;
  const toggle = (id: string) => {
    const after = { ...open, [id]: !isOpen(id) };
    setOpen(after);
    keep({ ...kept(), [accountId]: after });
  };
  return { isOpen, toggle };
}

function kept(): Kept {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof found === 'object' && found !== null ? (found as Kept) : {};
  } catch {
    return {};
  }
}

/** A browser that keeps nothing forgets them with the page. */
function keep(open: Kept): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(open));
  } catch {
    // Nothing is lost but what was open.
  }
}
