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
  const [loaded, setLoaded] = useState<Loaded>();
  const file = pictures[index] ?? first;
  const blob = loaded?.id === file.attachmentId ? loaded.blob : undefined;
  const step = (steps: number) => setIndex((index + steps + pictures.length) % pictures.length);
  const name = file.filename || t('Unnamed file');
  const position = t('{{number}} of {{count}}', {
    number: amount(index + 1, language()),
    count: amount(pictures.length, language()),
  });
  return (
    <Modal centered footer={null} onCancel={onClose} open title={name} width="min(1100px, 96vw)">
      <div
        onKeyDown={({ key }) => {
          if (key === 'ArrowLeft') step(-1);
          if (key === 'ArrowRight') step(1);
        }}
      >
        <Picture file={file} key={file.attachmentId} message={message} onLoaded={setLoaded} />
        {/* Outside of what is drawn anew, so that the focus stays on the button. */}
        <div className="mail-picture-buttons">
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
          <Button
            aria-label={t('Download {{name}}', { name })}
            disabled={!blob}
            icon={<DownloadOutlined aria-hidden />}
            onClick={() => blob && saveAs(blob, name)}
          >
            {t('Download')}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

/** What has come of a file. */
interface Loaded {
  id: string;
  blob: Blob;
}

interface PictureProps {
  message: Message;
  file: Attachment;
  onLoaded: (loaded: Loaded) => void;
}

/** One of them. Draw it with the file's id as key. */
function Picture({ message, file, onLoaded }: PictureProps) {
  const { t } = useLane();
  const actions = useActions();
  const id = file.attachmentId;
  // The mail may be loaded again meanwhile; its file stays the same.
  const of = message.id;
  const load = useCallback(() => actions.attachment({ id: of }, id), [actions, of, id]);
  const { value: blob, error, reload } = useLoad(load);
  useEffect(() => {
    if (blob) onLoaded({ id, blob });
  }, [blob, id, onLoaded]);
  const [isBroken, setBroken] = useState(false);
  const address = useAddress(blob, pictureType(file));
  const name = file.filename || t('Unnamed file');
  return (
    <div className="mail-picture">
      {error && !blob && <Problem error={error} retry={() => void reload()} />}
      {!error && !address && <Skeleton.Image active />}
      {address && !isBroken && <img alt={name} onError={() => setBroken(true)} src={address} />}
      {isBroken && <p role="alert">{t('“{{name}}” is no picture that can be shown.', { name })}</p>}
    </div>
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
