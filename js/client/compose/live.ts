// What is being written in this page right now. The host draws its pages anew when a telephone is turned, and whoever goes
// to another page of the site comes back: both find their composers as they left them.
import type { Letter, SavedDraft } from './types';

interface Live {
  letter: Letter;
  draft: SavedDraft | undefined;
  /** Something in it is not on the server. */
  unsaved: boolean;
}

const composers = new Map<string, { now: () => Live; saving: Promise<void> | undefined }>();

/** @param saving a save that is on its way, which makes another version */
export function keepLive(name: string, now: () => Live, saving?: Promise<void>): void {
  composers.set(name, { now, saving });
}

export function forgetLive(name: string): void {
  composers.delete(name);
}

/** The names of the composers whose account is among these. */
export function liveComposers(accounts: string[]): string[] {
  return [...composers]
    .filter(([, { now }]) => accounts.includes(now().letter.account))
    .map(([name]) => name);
}

export async function liveComposer(name: string): Promise<Live | undefined> {
  const found = composers.get(name);
  await found?.saving;
  return found?.now();
}
