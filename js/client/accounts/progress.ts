import type { SyncState } from '../host/types';

/**
 * How far a first synchronisation is, in percent; `null` when the provider has not said how much there is. Its figure
 * is an estimate, so only the server's word makes it 100.
 */
export function percentOf(sync: SyncState): number | null {
  if (sync.done) return 100;
  if (sync.total === null || sync.total <= 0) return null;
  return Math.min(99, Math.floor((sync.stored / sync.total) * 100));
}
