import type { Seed } from './context';

/** The most composers side by side. */
const MOST = 3;

/** A composer that is open. */
export interface Opened {
  name: string;
  seed: Seed;
  /** Only its title is shown at first. */
  minimised?: boolean;
}

/**
 * The composers with one more. For what was written already there is always a place, if only as a title; for anything
 * else `undefined` says that there is none.
 */
export function withOneMore(opened: Opened[], name: string, seed: Seed): Opened[] | undefined {
  const draft = draftOf(seed);
  // A draft is open once.
  if (draft !== undefined && opened.some((each) => draftOf(each.seed) === draft)) return opened;
  const minimised = opened.length >= MOST;
  const mustOpen = seed.kind === 'letter' || (seed.kind === 'draft' && seed.takenBack);
  return minimised && !mustOpen ? undefined : [...opened, { name, seed, minimised }];
}

function draftOf(seed: Seed): number | undefined {
  if (seed.kind === 'draft') return seed.id;
  return seed.kind === 'letter' ? seed.draft?.id : undefined;
}
