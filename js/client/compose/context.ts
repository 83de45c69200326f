import { createContext, useContext } from 'react';
import type { MessageRow } from '../host/types';
import type { Letter, Mode, OutboxEntry, SavedDraft } from './types';

/** What a composer begins with. */
export type Seed =
  | { kind: 'new'; mailbox: string | null }
  | { kind: 'answer'; id: number; mode: Mode }
  | { kind: 'draft'; id: number; takenBack?: boolean }
  /** Something that was written and not saved, or discarded and asked back; with the draft that it is a later version of. */
  | { kind: 'letter'; letter: Letter; draft?: SavedDraft }
  /** A composer that was open when the page was last drawn. */
  | { kind: 'live'; name: string };

/** What the rest of the Email centre can ask of the writing. */
export interface Compose {
  /** Whether there is an account that mail can be sent from. */
  ready: boolean;
  write: (mailbox: string | null) => void;
  answer: (message: MessageRow, mode: Mode) => void;
  editDraft: (id: number) => void;
  /** Goes on with a draft that was begun at the provider, as one of this site; false where that could not be done. */
  takeOverDraft: (id: number) => Promise<boolean>;
  /** Opens the draft that a mail from the outbox has become, however many composers are open. */
  takeBack: (id: number) => void;
  showOutbox: () => void;
  /** Mail that is on its way or needs its user. */
  outbox: OutboxEntry[];
}

const ComposeContext = createContext<Compose | null>(null);

export const ComposeProvider = ComposeContext.Provider;

export function useCompose(): Compose {
  const compose = useContext(ComposeContext);
  if (!compose) throw new Error('useCompose was called outside of a ComposeRoom.');
  return compose;
}
