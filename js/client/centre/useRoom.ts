import { type RefObject, useLayoutEffect, useState } from 'react';

/** The least height that the panes make sense in, in pixels. */
const LEAST_HEIGHT = 360;

/** The width of an element, and the height from its top to the bottom of the window. */
export function useRoom(element: RefObject<HTMLElement>): { width: number; height: number } {
  const [room, setRoom] = useState({ width: window.innerWidth, height: LEAST_HEIGHT });
  useLayoutEffect(() => {
    const target = element.current;
    if (!target) return undefined;
    const measure = () => {
      const { top, width } = target.getBoundingClientRect();
      const height = Math.max(LEAST_HEIGHT, Math.floor(window.innerHeight - Math.max(0, top)));
      setRoom((before) => (before.width === width && before.height === height ? before : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(target);
    if (target.parentElement) observer.observe(target.parentElement);
    window.addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', measure);
    };
  }, [element]);
  return room;
}
