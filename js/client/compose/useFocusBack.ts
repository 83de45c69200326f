import { type RefObject, useLayoutEffect, useRef } from 'react';

/** Gives the focus back to what had it when a part of the page was out of use. */
export function useFocusBack(isOut: boolean): RefObject<HTMLDivElement> {
  const place = useRef<HTMLDivElement>(null);
  const before = useRef<Element | null>(null);
  if (isOut) before.current ??= document.activeElement;
  useLayoutEffect(() => {
    if (isOut || !before.current) return;
    const { current } = before;
    before.current = null;
    if (current instanceof HTMLElement && place.current?.contains(current)) current.focus();
  }, [isOut]);
  return place;
}
