import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useComposeActions } from './actions';
import type { FileReference } from './types';
import { Uploads, type Uploading, uploadsOf } from './uploads';

/** Uploads the files of a composer side by side. */
export function useFiles(
  name: string,
  change: (update: (files: FileReference[]) => FileReference[]) => void,
): {
  uploading: readonly Uploading[];
  upload: (files: File[]) => void;
  /** For the text: the file is a part that the text shows. */
  uploadPicture: (file: File, contentId: string) => void;
  /** The pictures that were added here, by their content ids. */
  pictures: ReadonlyMap<string, File>;
  retry: (id: string) => void;
  cancel: (id: string) => void;
} {
  const actions = useComposeActions();
  const uploads = uploadsOf(name, () => new Uploads(actions.upload));
  const uploading = useSyncExternalStore(uploads.listen, () => uploads.list);
  const changeNow = useRef(change);
  changeNow.current = change;

  // What arrived while another page was shown, too.
  useEffect(() => {
    const arrived = uploads.take();
    if (arrived.length > 0) changeNow.current((files) => uploads.inOrder([...files, ...arrived]));
  }, [uploads, uploading]);

  // Whoever leaves the site is asked: what is on its way would be lost.
  const isUp = uploading.some(({ error }) => !error);
  useEffect(() => {
    if (!isUp) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isUp]);

  return {
    uploading,
    upload: (files) => files.forEach((file) => uploads.add(file)),
    uploadPicture: (file, contentId) => uploads.add(file, contentId),
    pictures: uploads.pictures,
    retry: (id) => uploads.retry(id),
    cancel: (id) => uploads.cancel(id),
  };
}
