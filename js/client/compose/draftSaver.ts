import type { MailError } from '../host/error';
import type { MailPayload, SavedDraft } from './types';
import { uniqueName } from './unique';

export type DraftState = 'new' | 'unsaved' | 'saving' | 'saved' | 'failed' | 'conflict';

/** What is written, and the same as text to compare it by. */
export interface Writing {
  payload: MailPayload;
  text: string;
}

interface Means {
  /** @param key names a draft that isn't known yet: the same one twice is one draft */
  save: (payload: MailPayload, known: SavedDraft | undefined, key: string) => Promise<SavedDraft>;
  newest: () => Writing;
  onChange: () => void;
}

interface Start {
  draft: SavedDraft | undefined;
  /** The text that the server has. */
  saved: string;
}

/** Saves what is written, one save at a time, each of the version before. */
export class DraftSaver {
  state: DraftState;
  error: MailError | undefined;
  /** The record, where there is one. */
  known: SavedDraft | undefined;
  #means: Means;
  #saved: string;
  #key: string;
  #stopped = false;
  #running: Promise<boolean> | undefined;
  /** What was sent without an answer: the server may have it. */
  #unanswered: Writing | undefined;

  constructor(name: string, { draft, saved }: Start, means: Means) {
    this.#key = name;
    this.known = draft;
    this.#saved = saved;
    this.#means = means;
    this.state = draft ? 'saved' : 'new';
  }

  /** The page was drawn anew. */
  use(means: Means): void {
    this.#means = means;
  }

  get isSaved(): boolean {
    return this.#means.newest().text === this.#saved;
  }

  get isStopped(): boolean {
    return this.#stopped;
  }

  /** Something was written: the next save will be about it. */
  changed(): void {
    if (!this.#stopped && !this.#running) this.#show('unsaved');
  }

  /** Saves what isn't saved yet, after a save that is on its way. */
  async save(): Promise<void> {
    if (this.#running) await this.#running;
    if (!this.#running && !this.#stopped && !this.isSaved) await this.#run();
  }

  /** Saves until the server has all of it, and says whether it does. */
  async flush(): Promise<boolean> {
    while (this.#running || (!this.#stopped && !this.isSaved))
      if (!(await (this.#running ?? this.#run()))) return false;
    return this.isSaved;
  }

  /** Saves nothing more, and waits for what is on its way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  resume(): void {
    this.#stopped = false;
    void this.save();
  }

  /** What is written here becomes a draft of its own. */
  saveAsNew(): void {
    this.known = undefined;
    this.#saved = '';
    this.#key = uniqueName();
    this.#unanswered = undefined;
    this.resume();
  }

  /** What is shown now is this version. */
  adopt(draft: SavedDraft, text: string): void {
    this.known = draft;
    this.#saved = text;
    this.#unanswered = undefined;
    this.#stopped = false;
    this.#show('saved');
  }

  /** The server has found another version. */
  conflict(error: MailError): void {
    this.#stopped = true;
    this.#show('conflict', error);
  }

  #run(): Promise<boolean> {
    this.#running = this.#saveNow().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #saveNow(): Promise<boolean> {
    this.#show('saving');
    try {
      // What may be there already is asked for again as it was: anything newer would look like somebody else's.
      if (this.#unanswered) await this.#saveThis(this.#unanswered);
      if (!this.isSaved) await this.#saveThis(this.#means.newest());
      this.#show(this.isSaved ? 'saved' : 'unsaved');
      return true;
    } catch (caught) {
      const error = caught as MailError;
      // A draft that was sent or discarded elsewhere is not brought back unasked.
      if (error.status === 409 || (error.status === 404 && this.known)) this.conflict(error);
      else this.#show('failed', error);
      return false;
    }
  }

  async #saveThis(writing: Writing): Promise<void> {
    this.#unanswered = writing;
    try {
      this.known = await this.#means.save(writing.payload, this.known, this.#key);
    } catch (error) {
      if (isRefusal(error as MailError)) this.#unanswered = undefined;
      throw error;
    }
    this.#unanswered = undefined;
    this.#saved = writing.text;
  }

  #show(state: DraftState, error?: MailError): void {
    this.state = state;
    this.error = error;
    this.#means.onChange();
  }
}

/** Whether the server has answered that it did nothing. A connection that broke, or a gateway, knows nothing of that. */
export function isRefusal({ status }: MailError): boolean {
  return status >= 400 && status < 500;
}

/** Those of this page, by the names of their composers: a page that is drawn anew goes on with the same one. */
const savers = new Map<string, DraftSaver>();

export function saverOf(name: string, make: () => DraftSaver): DraftSaver {
  const saver = savers.get(name) ?? make();
  savers.set(name, saver);
  return saver;
}

export function forgetSaver(name: string): void {
  savers.delete(name);
}
