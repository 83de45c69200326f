import { useEffect, useRef } from 'react';
import type { MessageRow } from '../host/types';
import { useCompose } from './context';
import type { Mode } from './types';

const KEYS: Record<string, Mode | 'write'> = { c: 'write', r: 'reply', a: 'replyAll', f: 'forward' };

/** Writes and answers by the keys c, r, a and f, unless they are typed into something. */
export function useComposeKeys(mailbox: string | null, current: () => MessageRow | undefined): void {
  const compose = useCompose();
  const newest = useRef({ compose, mailbox, current });
  newest.current = { compose, mailbox, current };
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const command = KEYS[event.key];
      const { target } = event;
      const typed = 'input, textarea, select, [contenteditable], [role=dialog], [role=menu]';
      if (!command || event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
      if (target instanceof Element && target.closest(typed)) return;
      const now = newest.current;
      if (!now.compose.ready) return;
      const message = now.current();
      if (command === 'write') now.compose.write(now.mailbox);
      else if (message?.mailId && !message.readOnly) now.compose.answer(message, command);
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
