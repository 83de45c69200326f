// What was typed and has not reached the server yet outlives a reload and a crash of the tab. It stays in the tab, so that
// nobody else at this browser finds it.
import type { Letter } from './types';

const PREFIX = 'email-manager:unsaved:';

export function keepUnsaved(name: string, letter: Letter): void {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify(letter));
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
export function takeUnsaved(live: string[]): Letter[] {
  try {
    const names = Object.keys(sessionStorage).filter(
      (name) => name.startsWith(PREFIX) && !live.includes(name.slice(PREFIX.length)),
    );
    return names.map((name) => {
      const letter = JSON.parse(sessionStorage.getItem(name) ?? '') as Letter;
      sessionStorage.removeItem(name);
      return letter;
    });
  } catch {
    return [];
  }
}
