// What the actions about synchronisation answer with.
import type { Account, BoxType, UnreadableList } from '../host/types';

export interface Pace {
  /** Emails a second. */
  rate?: number | null;
  secondsLeft?: number | null;
}

/** What the server remembers of the work on an account. */
export interface Work {
  /** Emails that the provider no longer lists, each being confirmed. */
  missing: number;
  pace: Pace;
}

export interface Completeness {
  checkedAt: string;
  stored: number;
  total: number;
  skipped: number;
  /** Missing here and fetched since. */
  repaired: number;
  /** To be tried again. */
  waiting: number;
  /** Here and not listed by the provider. */
  surplus: number;
}

export type ItemState = 'listed' | 'failing' | 'missing' | 'skipped' | 'gone';
export type Reason = 'gone' | 'folder' | 'sender' | 'older';

export interface Overview {
  account: Account & { completeness?: Completeness | null };
  counts: {
    stored: number;
    items: Record<ItemState, number>;
    /** Stored and not shown. */
    hidden: Record<Reason, number>;
    skipped: Record<Reason, number>;
  };
  /** What can't be read at present while the rest is. */
  unreadable: UnreadableList[];
  /** For how long a removed email can come back. */
  graceDays: number;
}

export interface Run {
  id: number;
  kind: 'first' | 'incremental' | 'reconcile' | 'audit';
  startedAt: string;
  endedAt: string;
  /** How many runs in a row this row tells of. */
  passes: number;
  created: number;
  changed: number;
  removed: number;
  skipped: number;
  failed: number;
  requests: number;
  units: number;
  bytes: number;
  /** `done`, or what stopped it. */
  stop: string;
  message?: string | null;
}

export interface Item {
  id: number;
  mailId: string;
  state: ItemState;
  reason?: string | null;
  attempts?: number | null;
  nextAttemptAt?: string | null;
  since?: string | null;
}

export interface FolderChoice {
  folders: { id: string; name: string; boxType: BoxType; total: number | null; synchronized: boolean }[];
  /** Boxes that are left out. */
  boxes: ('spam' | 'trash')[];
  /** Senders that are left out. */
  senders: string[];
}

/** What is left out. */
export interface Exclusions {
  folders: string[];
  boxes: string[];
  senders: string[];
}

/** Why an email is or isn't here. */
export type Explanation =
  | { answer: 'here'; id: number; boxType: BoxType }
  | { answer: 'removed'; reason: Reason; since: string; until: string }
  | { answer: 'failing'; mailId: string; reason: string; nextAttemptAt?: string | null }
  | { answer: 'excluded'; reason: Reason; folders: string[] }
  | { answer: 'older'; date: string; startDate: string }
  | { answer: 'not_found' }
  | { answer: 'fetching' };

export interface Paged<T> {
  rows: T[];
  count: number;
}
