import { useCallback, useEffect, useRef, useState } from 'react';
import type { MailError } from '../host/error';

/** What a page has of something the server holds. While it reloads, the value before stays. */
export interface Loaded<T> {
  value: T | undefined;
  error: MailError | undefined;
  loading: boolean;
  reload: () => Promise<void>;
  /** Replaces the value without asking the server. */
  change: (update: (value: T) => T) => void;
}

interface State<T> {
  value: T | undefined;
  error: MailError | undefined;
  loading: boolean;
}

/** Loads at once and whenever `load` becomes another function; an answer that comes too late is dropped. */
export function useLoad<T>(load: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<State<T>>({ value: undefined, error: undefined, loading: true });
  const latest = useRef(0);

  const reload = useCallback(async () => {
    const turn = ++latest.current;
    setState((before) => ({ ...before, loading: true }));
    try {
      const value = await load();
      if (turn === latest.current) setState({ value, error: undefined, loading: false });
    } catch (error) {
      if (turn !== latest.current) return;
      setState((before) => ({ value: before.value, error: error as MailError, loading: false }));
    }
  }, [load]);

  useEffect(() => {
    void reload();
    return () => {
      latest.current += 1;
    };
  }, [reload]);

  const change = useCallback((update: (value: T) => T) => {
    setState((before) => (before.value === undefined ? before : { ...before, value: update(before.value) }));
  }, []);

  return { value: state.value, error: state.error, loading: state.loading, reload, change };
}
