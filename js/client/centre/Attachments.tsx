import React, { useState } from 'react';
import { App, Button } from 'antd';
import { DownloadOutlined, EyeOutlined, PaperClipOutlined } from '@ant-design/icons';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { Attachment, Message } from '../host/types';
import { FileName } from '../shared/FileName';
import { fileSize } from '../shared/format';
import { contentIds, isSameContentId } from './document';
import { PictureDialog } from './PictureDialog';
import { pictureType } from './pictures';
import { saveAs } from './saveAs';

/** The files of a mail. Images that its body shows are not repeated here. */
export function Attachments({ message }: { message: Message }) {
  const { t } = useLane();
  const shown = contentIds(message.bodyHtml ?? '');
  const files = (message.attachments ?? []).filter(
    ({ contentId }) => !contentId || !shown.some((id) => isSameContentId(id, contentId)),
  );
  const [looking, setLooking] = useState<Attachment>();
  if (files.length === 0) return null;
  const pictures = files.filter(pictureType);
  return (
    <>
      <ul aria-label={t('Attachments')} className="mail-attachments">
        {files.map((file) => (
          <li key={file.attachmentId}>
            {pictureType(file) && <LookButton file={file} onLook={() => setLooking(file)} />}
            <DownloadButton file={file} message={message} />
          </li>
        ))}
      </ul>
      {looking && (
        <PictureDialog
          first={looking}
          message={message}
          onClose={() => setLooking(undefined)}
          pictures={pictures}
        />
      )}
    </>
  );
}

function LookButton({ file, onLook }: { file: Attachment; onLook: () => void }) {
  const { t } = useLane();
  const title = t('Look at {{name}}', { name: file.filename || t('Unnamed file') });
  return (
    <Button
      aria-label={title}
      className="mail-attachment-look"
      icon={<EyeOutlined aria-hidden />}
      onClick={onLook}
      title={title}
    />
  );
}

function DownloadButton({ file, message }: { file: Attachment; message: Message }) {
  const { t, say, language } = useLane();
  const actions = useActions();
  const app = App.useApp();
  const [loading, setLoading] = useState(false);
  const name = file.filename || t('Unnamed file');
  const size = fileSize(file.size, language());

  const download = async () => {
    setLoading(true);
    try {
      saveAs(await actions.attachment(message, file.attachmentId), name);
    } catch (error) {
      app.message.error(say((error as MailError).message));
    } finally {
      setLoading(false);
    }
  };

  return (
    <Button
      className="mail-attachment"
      icon={<PaperClipOutlined aria-hidden />}
      loading={loading}
      onClick={() => void download()}
      title={`${name} · ${size}`}
    >
      <span className="mail-hidden">{t('Download {{name}}', { name })}</span>
      <span aria-hidden className="mail-attachment-name">
        <FileName name={name} />
      </span>
      {/* The title tells it to those who hear the page. */}
      <span aria-hidden className="mail-small mail-faint">
        {size}
      </span>
      <DownloadOutlined aria-hidden className="mail-faint" />
    </Button>
  );
}
