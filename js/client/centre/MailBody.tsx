import React, { useEffect, useMemo, useState } from 'react';
import { Button, theme } from 'antd';
import { EyeInvisibleOutlined } from '@ant-design/icons';
import type { MailActions } from '../host/actions';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { Message, UnstoredMessage } from '../host/types';
import { contentIds, hasRemoteImages, htmlDocument, textDocument } from './document';

/** The body of a mail, in a frame that can run nothing and, until asked, load nothing. Draw it with the message's id as key. */
export function MailBody({ message }: { message: Message | UnstoredMessage }) {
  const { t } = useLane();
  const { token } = theme.useToken();
  const [showRemote, setShowRemote] = useState(false);
  const images = useInlineImages(message);
  const html = message.bodyHtml;
  const quoted = t('Show the quoted mail');
  const hidesImages = Boolean(html && !showRemote && hasRemoteImages(html));

  const page = useMemo(() => {
    if (html) return htmlDocument(html, images, showRemote, quoted);
    const palette = { background: token.colorBgContainer, text: token.colorText, link: token.colorLink };
    return textDocument(message.bodyText ?? '', palette);
  }, [
    html,
    message.bodyText,
    images,
    showRemote,
    quoted,
    token.colorBgContainer,
    token.colorText,
    token.colorLink,
  ]);

  return (
    <>
      {hidesImages && (
        <div className="mail-images-hidden">
          <EyeInvisibleOutlined aria-hidden />
          <span>
            {t('Images from elsewhere are not loaded, so the sender does not learn that you read this.')}
          </span>
          <Button onClick={() => setShowRemote(true)} size="small" type="link">
            {t('Show images')}
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

/** The inline images of a mail as `data:` addresses: a frame without an origin could not load them itself. */
function useInlineImages(message: Message | UnstoredMessage): Map<string, string> {
  const actions = useActions();
  const [images, setImages] = useState(() => new Map<string, string>());
  useEffect(() => {
    // Those of a mail that isn't kept here stay at its provider.
    if (message.id === undefined) return undefined;
    let shown = true;
    const ids = contentIds(message.bodyHtml ?? '');
    void Promise.all(ids.map((id) => loadImage(actions, message, id))).then((loaded) => {
      const found = loaded.filter((entry) => entry !== undefined);
      if (shown && found.length > 0) setImages(new Map(found));
    });
    return () => {
      shown = false;
    };
  }, [actions, message]);
  return images;
}

/** An image that is missing leaves its place empty; the rest of the mail is still shown. */
async function loadImage(
  actions: MailActions,
  message: Message,
  contentId: string,
): Promise<[string, string] | undefined> {
  try {
    const blob = await actions.inlineImage(message, contentId);
    return blob.type.startsWith('image/') ? [contentId, await toDataUrl(blob)] : undefined;
  } catch {
    return undefined;
  }
}

function toDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new Error('The image could not be read.'));
    reader.readAsDataURL(blob);
  });
}
