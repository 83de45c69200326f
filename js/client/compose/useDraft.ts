import { useCallback, useEffect, useRef, useState } from 'react';
import type { MailError } from '../host/error';
import { announceChange } from '../shared/changes';
import { useComposeActions } from './actions';
import { forgetLive, keepLive } from './live';
import { forgetUnsaved, keepUnsaved } from './unsaved';
import type { Letter, MailPayload, SavedDraft } from './types';

/** How long after the last keystroke a draft is saved, in milliseconds. */
const PAUSE = 1500;

export type DraftState = 'new' | 'unsaved' | 'saving' | 'saved' | 'failed' | 'conflict';

export interface DraftKeeper {
  state: DraftState;
  error: MailError | undefined;
  /** The record, where there is one. */
  current: () => SavedDraft | undefined;
  /** Saves what isn't saved yet, and waits for it. */
  flush: () => Promise<void>;
  /** Saves nothing more, and waits for what is on its way. */
  stop: () => Promise<void>;
  resume: () => void;
  /** It was sent, discarded or closed: nothing is left behind in this tab. */
  end: () => void;
  /** After a conflict: what is written here becomes a draft of its own. */
  saveAsNew: () => void;
  /** After a conflict: what is shown now is this version. */
  adopt: (draft: SavedDraft, payload: MailPayload) => void;
  /** The server has found another version. */
  conflict: (error: MailError) => void;
}

interface Options {
  /** Names the composer. */
  name: string;
  letter: Letter;
  payload: MailPayload;
  start: SavedDraft | undefined;
  unsaved: boolean;
}

/** Keeps a draft on the server while somebody writes: one save at a time, each of the version before. */
export function useDraft({ name, letter, payload, start, unsaved }: Options): DraftKeeper {
  const actions = useComposeActions();
  const text = JSON.stringify(payload);
  const [state, setState] = useState<DraftState>(start ? 'saved' : 'new');
  const [error, setError] = useState<MailError>();
  const known = useRef(start);
  const saved = useRef(unsaved ? '' : text);
  const newest = useRef({ payload, text });
  newest.current = { payload, text };
  const stopped = useRef(false);
  const ended = useRef(false);
  const running = useRef<Promise<void>>();
  const timer = useRef<ReturnType<typeof setTimeout>>();

  const saveOnce = useCallback(async () => {
    const writing = newest.current;
    setState('saving');
    try {
      known.current = await actions.saveDraft(writing.payload, known.current);
      saved.current = writing.text;
      setError(undefined);
      const isAll = newest.current.text === writing.text;
      if (isAll) forgetUnsaved(name);
      setState(isAll ? 'saved' : 'unsaved');
      announceChange();
    } catch (caught) {
      const problem = caught as MailError;
      setError(problem);
      // A draft that was sent or discarded elsewhere is not brought back unasked.
      const isOther = problem.status === 409 || (problem.status === 404 && known.current);
      if (isOther) stopped.current = true;
      setState(isOther ? 'conflict' : 'failed');
    }
  }, [actions, name]);

  const save = useCallback(async () => {
    clearTimeout(timer.current);
    await running.current;
    if (stopped.current || newest.current.text === saved.current) return;
    running.current = saveOnce();
    await running.current;
  }, [saveOnce]);

  useEffect(() => {
    if (text === saved.current) return undefined;
    keepUnsaved(name, letter);
    if (stopped.current) return undefined;
    setState((before) => (before === 'saving' ? before : 'unsaved'));
    timer.current = setTimeout(() => void save(), PAUSE);
    return () => clearTimeout(timer.current);
  }, [text, letter, name, save]);

  // What could not be saved is tried again when the page is left for another tab, and as long as it stays.
  useEffect(() => {
    const leave = () => {
      if (document.visibilityState === 'hidden') void save();
    };
    document.addEventListener('visibilitychange', leave);
    const again = setInterval(() => void save(), 15_000);
    return () => {
      document.removeEventListener('visibilitychange', leave);
      clearInterval(again);
    };
  }, [save]);

  // Whoever goes to another page of the site keeps what was written.
  const now = useRef({ letter });
  now.current = { letter };
  useEffect(() => {
    const live = () => ({
      letter: now.current.letter,
      draft: known.current,
      unsaved: newest.current.text !== saved.current,
    });
    keepLive(name, live);
    return () => {
      const saving = save();
      if (!ended.current) keepLive(name, live, saving);
    };
  }, [save, name]);

  const resume = () => {
    stopped.current = false;
    void save();
  };
  return {
    state,
    error,
    current: () => known.current,
    flush: save,
    stop: async () => {
      stopped.current = true;
      clearTimeout(timer.current);
      await running.current;
    },
    resume,
    end: () => {
      ended.current = true;
      forgetLive(name);
      if (saved.current === newest.current.text || stopped.current) forgetUnsaved(name);
    },
    saveAsNew: () => {
      known.current = undefined;
      saved.current = '';
      resume();
    },
    adopt: (draft, adopted) => {
      known.current = draft;
      saved.current = JSON.stringify(adopted);
      stopped.current = false;
      forgetUnsaved(name);
      setError(undefined);
      setState('saved');
    },
    conflict: (problem) => {
      stopped.current = true;
      setError(problem);
      setState('conflict');
    },
  };
}
