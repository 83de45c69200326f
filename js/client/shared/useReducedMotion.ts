import { useSyncExternalStore } from 'react';

const QUERY = '(prefers-reduced-motion: reduce)';

/** Whether the user asked their system for less motion (Media Queries Level 5, `prefers-reduced-motion`). */
export function useReducedMotion(): boolean {
  return useSyncExternalStore(listen, () => window.matchMedia(QUERY).matches);
}

function listen(changed: () => void): () => void {
  const media = window.matchMedia(QUERY);
  media.addEventListener('change', changed);
  return () => media.removeEventListener('change', changed);
}
