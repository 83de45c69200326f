import React, { useState } from 'react';
import { App, Button } from 'antd';
import { DownloadOutlined, PaperClipOutlined } from '@ant-design/icons';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { Attachment, Message } from '../host/types';
import { FileName } from '../shared/FileName';
import { fileSize } from '../shared/format';
import { contentIds, isSameContentId } from './document';

/** The files of a mail. Images that its body shows are not repeated here. */
export function Attachments({ message }: { message: Message }) {
  const { t } = useLane();
  const shown = contentIds(message.bodyHtml ?? '');
  const files = (message.attachments ?? []).filter(
    ({ contentId }) => !contentId || !shown.some((id) => isSameContentId(id, contentId)),
  );
  if (files.length === 0) return null;
  return (
    <ul aria-label={t('Attachments')} className="mail-attachments">
      {files.map((file) => (
        <li key={file.attachmentId}>
          <DownloadButton file={file} message={message} />
        </li>
      ))}
    </ul>
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

/** The file is fetched with the user's token, which a plain link would not carry. */
function saveAs(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
