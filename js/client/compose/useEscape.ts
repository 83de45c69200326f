import { type RefObject, useEffect, useRef, useState } from 'react';

/**
 * Escape closes what is open above the composer, and not the composer around its button, where the keyboard is
 * afterwards.
 */
export function useEscape(open: boolean, close: () => void, button: RefObject<HTMLElement>): void {
  const newest = useRef(close);
  newest.current = close;
  useEffect(() => {
    if (!open) return undefined;
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.isComposing) return;
      event.preventDefault();
      event.stopPropagation();
      newest.current();
      button.current?.focus();
    };
    // Before anything else hears of it: what is open can be anywhere in the page.
    window.addEventListener('keydown', press, true);
    return () => window.removeEventListener('keydown', press, true);
  }, [open, button]);
}

/** What a button opens above the composer. */
export function useOpening() {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEscape(open, () => setOpen(false), button);
  return { open, setOpen, button };
}
