import type { ItemState, Run } from './types';

// Each table goes through `t`.

export const RUN_KINDS: Record<Run['kind'], { text: string }> = {
  first: { text: 'First synchronization' },
  incremental: { text: 'Changes' },
  reconcile: { text: 'Full comparison' },
  audit: { text: 'Completeness check' },
};

/** Why a run stopped, for what isn't an error of the provider. */
export const STOPS: Record<string, { text: string }> = {
  done: { text: 'Finished' },
  lease_lost: { text: 'The server that worked on it was stopped' },
  paused: { text: 'Paused' },
  restarted: { text: 'Started anew by you' },
};

export const ITEM_STATES: Record<ItemState, { text: string }> = {
  listed: { text: 'Waiting' },
  failing: { text: 'Failing' },
  missing: { text: 'Being confirmed' },
  skipped: { text: 'Left out' },
  gone: { text: 'Gone before it was stored' },
};

/** Why something isn't among the emails that are shown. */
export const REASONS: Record<string, { text: string }> = {
  gone: { text: 'the provider no longer has it' },
  folder: { text: 'it is in a folder that is not synchronized' },
  sender: { text: 'its sender is excluded' },
  older: { text: 'it is older than the start date' },
  'found by comparison': { text: 'it was found by the completeness check' },
  'asked for by its Message-ID': { text: 'you have asked for it' },
};
