import { useEffect, useState } from 'react';
import type { Place } from './place';

const KEY = 'mailSearch';

/**
 * What is searched for; empty for nothing. It stands beside the address, in the browser's history, and not in it: addresses
 * are written into logs. So it outlives a reload, and the host, which draws the page anew for another width.
 */
export function useSearchText(place: Place): [text: string, setText: (text: string) => void] {
  const [text, setText] = useState(remembered);
  const { box, mailbox, message } = place;
  useEffect(() => {
    // Each place is an entry of the history of its own.
    if (remembered() !== text) window.history.replaceState({ ...state(), [KEY]: text }, '');
  }, [text, box, mailbox, message]);
  return [text, setText];
}

function remembered(): string {
  const text = state()[KEY];
  return typeof text === 'string' ? text : '';
}

function state(): Record<string, unknown> {
  const found: unknown = window.history.state;
  return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
}
