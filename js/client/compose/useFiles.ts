import { useEffect, useRef, useState } from 'react';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useComposeActions } from './actions';
import type { FileReference } from './types';
import { uniqueName } from './unique';

/** A file on its way to the server. */
export interface Uploading {
  id: string;
  file: File;
  /** From 0 to 1. */
  part: number;
  error?: string;
  /** Of a picture in the text. */
  contentId?: string;
}

/** The most files that go up at the same time. */
const AT_ONCE = 3;

/** Uploads files side by side. */
export function useFiles(add: (file: FileReference) => void): {
  uploading: Uploading[];
  upload: (files: File[]) => void;
  /** For the text: the file is a part that the text shows. */
  uploadPicture: (file: File, contentId: string) => Promise<void>;
  retry: (id: string) => void;
  cancel: (id: string) => void;
} {
  const { say } = useLane();
  const actions = useComposeActions();
  const [uploading, setUploading] = useState<Uploading[]>([]);
  const running = useRef(new Map<string, AbortController>());
  const waiting = useRef<(() => void)[]>([]);
  const active = useRef(0);

  useEffect(() => {
    const all = running.current;
    return () => all.forEach((each) => each.abort());
  }, []);

  const change = (id: string, values: Partial<Uploading>) =>
    setUploading((before) => before.map((each) => (each.id === id ? { ...each, ...values } : each)));
  const remove = (id: string) => setUploading((before) => before.filter((each) => each.id !== id));

  const turn = async () => {
    if (active.current >= AT_ONCE) await new Promise<void>((resolve) => waiting.current.push(resolve));
    active.current += 1;
  };
  const done = () => {
    active.current -= 1;
    waiting.current.shift()?.();
  };

  const run = async (id: string, file: File, contentId?: string) => {
    const controller = new AbortController();
    running.current.set(id, controller);
    await turn();
    try {
      if (controller.signal.aborted) return;
      const progress = (part: number) => change(id, { part });
      const uploaded = await actions.upload(file, progress, controller.signal);
      add(contentId ? { ...uploaded, contentId } : uploaded);
      remove(id);
    } catch (error) {
      if (!controller.signal.aborted) change(id, { error: say((error as MailError).message), part: 0 });
    } finally {
      running.current.delete(id);
      done();
    }
  };

  const begin = (file: File, contentId?: string) => {
    const id = uniqueName();
    setUploading((before) => [...before, { id, file, part: 0, ...(contentId && { contentId }) }]);
    return run(id, file, contentId);
  };

  return {
    uploading,
    upload: (files) => files.forEach((file) => void begin(file)),
    uploadPicture: begin,
    retry: (id) => {
      const found = uploading.find((each) => each.id === id);
      if (!found) return;
      const again = { ...found, part: 0 };
      delete again.error;
      setUploading((before) => before.map((each) => (each.id === id ? again : each)));
      void run(id, found.file, found.contentId);
    },
    cancel: (id) => {
      running.current.get(id)?.abort();
      remove(id);
    },
  };
}
