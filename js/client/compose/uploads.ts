import type { MailError } from '../host/error';
import type { FileReference } from './types';
import { uniqueName } from './unique';

/** A file on its way to the server. */
export interface Uploading {
  id: string;
  file: File;
  /** Which one it is of those that were chosen, from 1. */
  number: number;
  /** From 0 to 1. */
  part: number;
  /** The key of a translation. */
  error?: string;
  /** Of a picture in the text. */
  contentId?: string;
}

type Upload = (file: File, onProgress: (part: number) => void, signal: AbortSignal) => Promise<FileReference>;

/** The most files that go up at the same time. */
const AT_ONCE = 3;

/** The files of one composer that are on their way. They go on while its page is drawn anew or left. */
export class Uploads {
  list: readonly Uploading[] = [];
  /** The pictures of the text that were added here, by their content ids. */
  readonly pictures = new Map<string, File>();
  #upload: Upload;
  #running = new Map<string, AbortController>();
  #waiting: (() => void)[] = [];
  #active = 0;
  #arrived: FileReference[] = [];
  /** When which one was chosen, by what the server calls it. */
  #chosen = new Map<string, number>();
  #count = 0;
  #listener: (() => void) | undefined;

  constructor(upload: Upload) {
    this.#upload = upload;
  }

  /** Calls whenever the list or what has arrived is another; returns what ends that. */
  listen = (listener: () => void): (() => void) => {
    this.#listener = listener;
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  };

  /** What has arrived since it was last asked for. */
  take(): FileReference[] {
    return this.#arrived.splice(0);
  }

  /** As they were chosen, however long each one took; what was not uploaded here comes first. */
  inOrder(files: FileReference[]): FileReference[] {
    const place = ({ filename }: FileReference) => this.#chosen.get(filename) ?? 0;
    return [...files].sort((one, other) => place(one) - place(other));
  }

  /** @param contentId of a picture in the text */
  add(file: File, contentId?: string): void {
    const id = uniqueName();
    if (contentId) this.pictures.set(contentId, file);
    this.#count += 1;
    const added = { id, file, number: this.#count, part: 0, ...(contentId && { contentId }) };
    this.#show([...this.list, added]);
    void this.#run(added);
  }

  retry(id: string): void {
    const found = this.list.find((each) => each.id === id);
    if (!found?.error) return;
    const again = { ...found, part: 0 };
    delete again.error;
    this.#show(this.list.map((each) => (each.id === id ? again : each)));
    void this.#run(again);
  }

  cancel(id: string): void {
    this.#running.get(id)?.abort();
    this.#remove(id);
  }

  cancelAll(): void {
    for (const { id } of this.list) this.cancel(id);
  }

  async #run({ id, file, number, contentId }: Uploading): Promise<void> {
    const controller = new AbortController();
    this.#running.set(id, controller);
    await this.#turn();
    try {
      if (controller.signal.aborted) return;
      const uploaded = await this.#upload(file, (part) => this.#change(id, { part }), controller.signal);
      if (controller.signal.aborted) return;
      this.#chosen.set(uploaded.filename, number);
      this.#arrived.push(contentId ? { ...uploaded, contentId } : uploaded);
      this.#remove(id);
    } catch (error) {
      if (!controller.signal.aborted) this.#change(id, { error: (error as MailError).message, part: 0 });
    } finally {
      this.#running.delete(id);
      this.#active -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    if (this.#active >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#active += 1;
  }

  #change(id: string, values: Partial<Uploading>): void {
    this.#show(this.list.map((each) => (each.id === id ? { ...each, ...values } : each)));
  }

  #remove(id: string): void {
    this.#show(this.list.filter((each) => each.id !== id));
  }

  #show(list: Uploading[]): void {
    this.list = list;
    this.#listener?.();
  }
}

/** Those of this page, by the names of their composers. */
const all = new Map<string, Uploads>();

export function uploadsOf(name: string, make: () => Uploads): Uploads {
  const uploads = all.get(name) ?? make();
  all.set(name, uploads);
  return uploads;
}

/** The composer is closed: what is on its way is given up. */
export function forgetUploads(name: string): void {
  all.get(name)?.cancelAll();
  all.delete(name);
}
