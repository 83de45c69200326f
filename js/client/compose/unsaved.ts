// What was typed and has not reached the server yet outlives a reload and a crash of the tab. It stays in the tab, so that
// nobody else at this browser finds it.
import type { Letter, SavedDraft } from './types';

const PREFIX = 'email-manager:unsaved:';

/** What is kept of a mail: what was written and, where there is one already, the draft that it is a later version of. */
export interface Unsaved {
  /** Of the composer, by which the server knows a draft whose answer was lost. */
  name: string;
  letter: Letter;
  draft?: SavedDraft;
}

export function keepUnsaved(name: string, letter: Letter, draft?: SavedDraft): void {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify({ ...letter, draft }));
  } catch {
    // Without room, or where the browser keeps nothing, the server has it a moment later.
  }
}

export function forgetUnsaved(name: string): void {
  try {
    sessionStorage.removeItem(PREFIX + name);
  } catch {
    // As above.
  }
}

/** Takes out what was left behind, except by these composers. */
export function takeUnsaved(live: string[]): Unsaved[] {
  try {
    const names = Object.keys(sessionStorage).filter(
      (name) => name.startsWith(PREFIX) && !live.includes(name.slice(PREFIX.length)),
    );
    return names.map((name) => {
      const { draft, ...letter } = JSON.parse(sessionStorage.getItem(name) ?? '') as Letter &
        Pick<Unsaved, 'draft'>;
      sessionStorage.removeItem(name);
      return { name: name.slice(PREFIX.length), letter, ...(draft && { draft }) };
    });
  } catch {
    return [];
  }
}
