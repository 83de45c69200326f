import { useEffect, useReducer, useRef } from 'react';
import type { MailError } from '../host/error';
import { announceChange } from '../shared/changes';
import { useComposeActions } from './actions';
import { DraftSaver, type DraftState, forgetSaver, saverOf } from './draftSaver';
import { forgetLive, keepLive } from './live';
import { forgetUnsaved, keepUnsaved } from './unsaved';
import type { Letter, MailPayload, SavedDraft } from './types';

/** How long after the last keystroke a draft is saved, in milliseconds. */
const PAUSE = 1500;
/** How often what could not be saved is tried again, in milliseconds. */
const AGAIN = 15_000;

export interface DraftKeeper {
  state: DraftState;
  error: MailError | undefined;
  /** The record, where there is one. */
  current: () => SavedDraft | undefined;
  /** Saves what isn't saved yet, waits for it, and says whether the server has all of it. */
  flush: () => Promise<boolean>;
  /** Saves nothing more, and waits for what is on its way. */
  stop: () => Promise<void>;
  resume: () => void;
  /** It was sent, discarded or closed: nothing is left behind in this tab. */
  end: () => void;
  /** What is written here becomes a draft of its own. */
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

/** Keeps a draft on the server while somebody writes. */
export function useDraft({ name, letter, payload, start, unsaved }: Options): DraftKeeper {
  const actions = useComposeActions();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const text = JSON.stringify(payload);
  const newest = useRef({ letter, payload, text });
  newest.current = { letter, payload, text };
  const means = {
    newest: () => newest.current,
    save: async (writing: MailPayload, known: SavedDraft | undefined, key: string) => {
      const saved = await actions.saveDraft(writing, known, key);
      announceChange();
      return saved;
    },
    onChange: () => {
      if (saver.isSaved) forgetUnsaved(name);
      else keepUnsaved(name, newest.current.letter, saver.known);
      redraw();
    },
  };
  const saver = saverOf(
    name,
    () => new DraftSaver(name, { draft: start, saved: unsaved ? '' : text }, means),
  );
  saver.use(means);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const ended = useRef(false);

  useEffect(() => {
    if (saver.isSaved) return undefined;
    keepUnsaved(name, letter, saver.known);
    saver.changed();
    timer.current = setTimeout(() => void saver.save(), PAUSE);
    return () => clearTimeout(timer.current);
  }, [text, letter, name, saver]);

  // What could not be saved is tried again when the page is left for another tab, and as long as it stays.
  useEffect(() => {
    const leave = () => {
      if (document.visibilityState === 'hidden') void saver.save();
    };
    document.addEventListener('visibilitychange', leave);
    const again = setInterval(() => void saver.save(), AGAIN);
    return () => {
      document.removeEventListener('visibilitychange', leave);
      clearInterval(again);
    };
  }, [saver]);

  // Whoever goes to another page of the site keeps what was written.
  useEffect(() => {
    const live = () => ({
      letter: newest.current.letter,
      draft: saver.known,
      unsaved: !saver.isSaved,
    });
    keepLive(name, live);
    return () => {
      const saving = saver.save();
      if (!ended.current) keepLive(name, live, saving);
    };
  }, [saver, name]);

  return {
    state: saver.state,
    error: saver.error,
    current: () => saver.known,
    flush: () => {
      clearTimeout(timer.current);
      return saver.flush();
    },
    stop: () => {
      clearTimeout(timer.current);
      return saver.stop();
    },
    resume: () => saver.resume(),
    end: () => {
      ended.current = true;
      void saver.stop();
      forgetLive(name);
      forgetSaver(name);
      forgetUnsaved(name);
    },
    saveAsNew: () => saver.saveAsNew(),
    adopt: (draft, adopted) => saver.adopt(draft, JSON.stringify(adopted)),
    conflict: (problem) => saver.conflict(problem),
  };
}
