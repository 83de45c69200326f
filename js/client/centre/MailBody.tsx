import React, { useEffect, useMemo, useRef, useState } from 'react';
import { App, Button } from 'antd';
import { EyeInvisibleOutlined, EyeOutlined } from '@ant-design/icons';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { Message, UnstoredMessage } from '../host/types';
import { toDataUrl } from '../shared/dataUrl';
import { contentIds, hasRemoteImages, htmlDocument, textDocument } from './document';
import { usePalette } from './usePalette';

/** The body of a mail, in a frame that can run nothing and, until asked, load nothing. Draw it with the message's id as key. */
export function MailBody({ message }: { message: Message | UnstoredMessage }) {
  const { t } = useLane();
  const palette = usePalette();
  const remote = useRemoteImages(message);
  const showRemote = remote.areShown;
  const images = useInlineImages(message);
  const html = message.bodyHtml;
  const quoted = t('Show the quoted mail');
  const hasRemote = Boolean(html && hasRemoteImages(html));

  const page = useMemo(
    () =>
      html
        ? htmlDocument(html, images, showRemote, palette, quoted)
        : textDocument(message.bodyText ?? '', palette),
    [html, message.bodyText, images, showRemote, quoted, palette],
  );

  return (
    <>
      {hasRemote && !showRemote && (
        <div className="mail-images-hidden">
          <EyeInvisibleOutlined aria-hidden />
          <span className="mail-images-text">
            {t('Images from elsewhere are not loaded, so the sender does not learn that you read this.')}
          </span>
          <span className="mail-images-choices">
            <Button onClick={remote.show} size="small" type="link">
              {t('Show images')}
            </Button>
            {remote.canTrust && (
              <Button onClick={() => remote.trust(true)} size="small" type="link">
                {t('Always show images of {{sender}}', { sender: message.from ?? '' })}
              </Button>
            )}
          </span>
        </div>
      )}
      {hasRemote && remote.isTrusted && (
        <div className="mail-images-hidden">
          <EyeOutlined aria-hidden />
          <span className="mail-images-text">
            {t('Images of {{sender}} are always shown.', { sender: message.from ?? '' })}
          </span>
          <Button onClick={() => remote.trust(false)} size="small" type="link">
            {t('Ask again')}
          </Button>
        </div>
      )}
      <iframe
        className="mail-frame"
        referrerPolicy="no-referrer"
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        srcDoc={page}
        title={t('Email body')}
      />
    </>
  );
}

/** Whether images from elsewhere are shown: for once, or because the sender is trusted. */
function useRemoteImages(message: Message | UnstoredMessage) {
  const { say } = useLane();
  const actions = useActions();
  const app = App.useApp();
  const [isShown, setShown] = useState(false);
  const [isTrusted, setTrusted] = useState(Boolean(message.trustedSender));
  const sender = message.from;
  const trust = (trusted: boolean) => {
    if (!sender) return;
    setTrusted(trusted);
    setShown(false);
    actions.trustSender(sender, trusted).catch((error: MailError) => {
      setTrusted(!trusted);
      app.message.error(say(error.message));
    });
  };
  // A sender's name is easily borrowed: in junk mail nobody is trusted.
  const canTrust = Boolean(sender) && message.boxType !== 'spam';
  return { areShown: isShown || isTrusted, isTrusted, canTrust, show: () => setShown(true), trust };
}

/**
 * The inline images of a mail as `data:` addresses: a frame without an origin could not load them itself. Each is loaded
 * once, however often the mail is; one that could not be reached is asked for again with it.
 */
function useInlineImages(message: Message | UnstoredMessage): Map<string, string> {
  const actions = useActions();
  const [images, setImages] = useState(() => new Map<string, string>());
  const asked = useRef(new Set<string>());
  useEffect(() => {
    // Those of a mail that isn't kept here stay at its provider.
    if (message.id === undefined) return;
    const load = async (id: string) => {
      asked.current.add(id);
      try {
        const blob = await actions.inlineImage(message, id);
        return blob.type.startsWith('image/') ? [[id, await toDataUrl(blob)] as const] : [];
      } catch (error) {
        // An image that is missing leaves its place empty; the rest of the mail is still shown.
        if ((error as MailError).status !== 404) asked.current.delete(id);
        return [];
      }
    };
    const ids = contentIds(message.bodyHtml ?? '').filter((id) => !asked.current.has(id));
    void Promise.all(ids.map(load)).then((loaded) => {
      const found = loaded.flat();
      if (found.length > 0) setImages((before) => new Map([...before, ...found]));
    });
  }, [actions, message]);
  return images;
}
