import React from 'react';
import { Button, Progress, Tooltip } from 'antd';
import { CloseOutlined, FileOutlined, ReloadOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import { FileName } from '../shared/FileName';
import { fileSize, percentage } from '../shared/format';
import { limitText } from './senders';
import type { FileReference } from './types';
import type { Uploading } from './uploads';

interface Props {
  files: FileReference[];
  uploading: readonly Uploading[];
  /** How many bytes they may have together. */
  largest: number;
  onRemove: (file: FileReference) => void;
  onCancel: (id: string) => void;
  onRetry: (id: string) => void;
}

export function fileName(file: FileReference): string {
  return 'messageId' in file ? file.filename : file.originalname;
}

/** What goes with the mail: files that are there and files on their way. Pictures of the text are in the text. */
export function Files({ files, uploading, largest, onRemove, onCancel, onRetry }: Props) {
  const { t, say, language } = useLane();
  const shown = files.filter(({ contentId }) => !contentId);
  if (shown.length === 0 && uploading.length === 0) return null;
  const total = totalOf(files, uploading);
  const sizes = { size: fileSize(total, language()), limit: limitText(largest, language()) };
  return (
    <div className="mail-compose-files">
      <ul aria-label={t('Attachments')} className="mail-files">
        {shown.map((file) => (
          <li className="mail-file" key={'messageId' in file ? file.attachmentId : file.filename}>
            <FileOutlined aria-hidden />
            <FileText name={fileName(file)} note={fileSize(file.size, language())} />
            <Remove name={fileName(file)} onClick={() => onRemove(file)} />
          </li>
        ))}
        {uploading.map(({ id, file, part, error }) => (
          <li className={error ? 'mail-file is-failed' : 'mail-file'} key={id}>
            <FileOutlined aria-hidden />
            <FileText
              name={file.name}
              note={
                error ? say(error) : `${percentage(part, language())} · ${fileSize(file.size, language())}`
              }
            />
            {error && (
              <Tooltip title={t('Try again')}>
                <Button
                  aria-label={t('Try again')}
                  icon={<ReloadOutlined aria-hidden />}
                  onClick={() => onRetry(id)}
                  size="small"
                  type="text"
                />
              </Tooltip>
            )}
            <Remove name={file.name} onClick={() => onCancel(id)} />
            {!error && (
              <Progress
                aria-label={t('Uploading {{name}}', { name: file.name })}
                className="mail-file-progress"
                percent={Math.round(part * 100)}
                showInfo={false}
                size={['100%', 3]}
              />
            )}
          </li>
        ))}
      </ul>
      <span className={total > largest ? 'mail-small mail-compose-error' : 'mail-small mail-compose-soft'}>
        {total > largest
          ? t('{{size}} are too much: this mailbox sends at most {{limit}} in one email', sizes)
          : t('{{size}} of {{limit}}', sizes)}
      </span>
    </div>
  );
}

export function totalOf(files: FileReference[], uploading: readonly Uploading[]): number {
  const there = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
  return uploading.reduce((sum, { file }) => sum + file.size, there);
}

function FileText({ name, note }: { name: string; note: string }) {
  return (
    <span className="mail-file-text" title={name}>
      <FileName name={name} />
      <span className="mail-small mail-compose-soft mail-ellipsis">{note}</span>
    </span>
  );
}

function Remove({ name, onClick }: { name: string; onClick: () => void }) {
  const { t } = useLane();
  return (
    <Button
      aria-label={t('Remove {{name}}', { name })}
      icon={<CloseOutlined aria-hidden />}
      onClick={onClick}
      size="small"
      type="text"
    />
  );
}
