/** The little of it that the stage needs. */
declare module 'react-dom/client' {
  import type { ReactNode } from 'react';
  export function createRoot(place: Element | null): { render: (node: ReactNode) => void };
}
