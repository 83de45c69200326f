import React, { useCallback, useEffect, useMemo, useState } from 'react';
import { Button, Modal, Skeleton } from 'antd';
import { DownloadOutlined, LeftOutlined, RightOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { Attachment, Message } from '../host/types';
import { amount } from '../shared/format';
import { Problem } from '../shared/Problem';
import { useLoad } from '../shared/useLoad';
import { pictureType } from './pictures';
import { saveAs } from './saveAs';

interface Props {
  message: Message;
  pictures: Attachment[];
  first: Attachment;
  onClose: () => void;
}

/** A picture that came with a mail, and the ones beside it. */
export function PictureDialog({ message, pictures, first, onClose }: Props) {
  const { t, language } = useLane();
  const [index, setIndex] = useState(() => Math.max(0, pictures.indexOf(first)));
  const file = pictures[index] ?? first;
  const step = (steps: number) => setIndex((index + steps + pictures.length) % pictures.length);
  const position = t('{{number}} of {{count}}', {
    number: amount(index + 1, language()),
    count: amount(pictures.length, language()),
  });
  return (
    <Modal
      centered
      footer={null}
      onCancel={onClose}
      open
      title={file.filename || t('Unnamed file')}
      width="min(1100px, 96vw)"
    >
      <div
        onKeyDown={({ key }) => {
          if (key === 'ArrowLeft') step(-1);
          if (key === 'ArrowRight') step(1);
        }}
      >
        <Picture file={file} key={file.attachmentId} message={message}>
          {pictures.length > 1 && (
            <span className="mail-picture-steps">
              <Button
                aria-label={t('Previous picture')}
                icon={<LeftOutlined aria-hidden />}
                onClick={() => step(-1)}
              />
              <span aria-live="polite">{position}</span>
              <Button
                aria-label={t('Next picture')}
                autoFocus
                icon={<RightOutlined aria-hidden />}
                onClick={() => step(1)}
              />
            </span>
          )}
        </Picture>
      </div>
    </Modal>
  );
}

interface PictureProps {
  message: Message;
  file: Attachment;
  /** Beside the button that keeps it. */
  children: React.ReactNode;
}

function Picture({ message, file, children }: PictureProps) {
  const { t } = useLane();
  const actions = useActions();
  const load = useCallback(
    () => actions.attachment(message, file.attachmentId),
    [actions, message, file.attachmentId],
  );
  const { value: blob, error, reload } = useLoad(load);
  const [isBroken, setBroken] = useState(false);
  const address = useAddress(blob, pictureType(file));
  const name = file.filename || t('Unnamed file');
  return (
    <>
      <div className="mail-picture">
        {error && !blob && <Problem error={error} retry={() => void reload()} />}
        {!error && !address && <Skeleton.Image active />}
        {address && !isBroken && <img alt={name} onError={() => setBroken(true)} src={address} />}
        {isBroken && <p role="alert">{t('“{{name}}” is no picture that can be shown.', { name })}</p>}
      </div>
      <div className="mail-picture-buttons">
        {children}
        <Button
          aria-label={t('Download {{name}}', { name })}
          disabled={!blob}
          icon={<DownloadOutlined aria-hidden />}
          onClick={() => blob && saveAs(blob, name)}
        >
          {t('Download')}
        </Button>
      </div>
    </>
  );
}

/** An address of the picture for as long as it is shown. It is nothing but the type that its name promises. */
function useAddress(blob: Blob | undefined, type = ''): string | undefined {
  const address = useMemo(() => blob && URL.createObjectURL(new Blob([blob], { type })), [blob, type]);
  useEffect(
    () => () => {
      if (address) URL.revokeObjectURL(address);
    },
    [address],
  );
  return address;
}
