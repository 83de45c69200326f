import { useCallback, useEffect, useRef, useState } from 'react';
import { useActions } from '../host/page';
import type { MessageRow } from '../host/types';
import { useComposeActions } from './actions';
import type { FileReference } from './types';

/** The pictures of the text: by their content ids in the mail, by addresses of this page in the editor. */
export interface Pictures {
  /** Whether those of the draft are there. */
  ready: boolean;
  /** For the editor. */
  toPage: (html: string) => string;
  /** For the mail. */
  toMail: (html: string) => string;
  add: (contentId: string, file: Blob) => string;
}

/**
 * @param shown HTML whose pictures are needed before the editor opens
 * @param own pictures that were added here, by their content ids
 */
export function usePictures(files: FileReference[], shown: string, own: ReadonlyMap<string, Blob>): Pictures {
  const mail = useActions();
  const actions = useComposeActions();
  const addresses = useRef(new Map<string, string>());
  const first = useRef({ files, shown, own });
  const [ready, setReady] = useState(!shown.includes('cid:'));

  useEffect(() => {
    const known = addresses.current;
    return () => known.forEach((address) => URL.revokeObjectURL(address));
  }, []);

  useEffect(() => {
    if (ready) return undefined;
    let wanted = true;
    const { files: there, shown: text, own: added } = first.current;
    const isShown = (contentId: string) => text.includes(`"cid:${contentId}"`);
    added.forEach((file, contentId) => {
      if (isShown(contentId)) addresses.current.set(contentId, URL.createObjectURL(file));
    });
    const load = async (file: FileReference) => {
      const { contentId } = file;
      if (!contentId || !isShown(contentId) || added.has(contentId)) return;
      const blob =
        'messageId' in file
          ? await mail.inlineImage({ id: file.messageId } as MessageRow, contentId)
          : await actions.uploaded(file.filename);
      if (wanted) addresses.current.set(contentId, URL.createObjectURL(blob));
    };
    // One that is gone leaves its place empty.
    void Promise.allSettled(there.map(load)).then(() => wanted && setReady(true));
    return () => {
      wanted = false;
    };
  }, [ready, mail, actions]);

  const toPage = useCallback((html: string) => {
    let page = html;
    addresses.current.forEach((address, id) => (page = page.replaceAll(`"cid:${id}"`, `"${address}"`)));
    return page;
  }, []);
  const toMail = useCallback((html: string) => {
    let text = html;
    addresses.current.forEach((address, id) => (text = text.replaceAll(address, `cid:${id}`)));
    return text;
  }, []);
  const add = useCallback((contentId: string, file: Blob) => {
    const address = URL.createObjectURL(file);
    addresses.current.set(contentId, address);
    return address;
  }, []);
  return { ready, toPage, toMail, add };
}
