import React, { useEffect, useMemo, useState } from 'react';
import { Button, Tooltip } from 'antd';
import { DeleteOutlined, EditOutlined, EllipsisOutlined } from '@ant-design/icons';
import { contentIds, htmlDocument } from '../centre/document';
import { usePalette } from '../centre/usePalette';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { MessageRow } from '../host/types';
import { toDataUrl } from '../shared/dataUrl';
import type { FileReference } from './types';

interface Props {
  html: string;
  files: FileReference[];
  onRemove: () => void;
  /** Takes it into the text. */
  onEdit: () => void;
}

/** The quoted mail, folded below the text. Unfolded it is shown as every mail is: in a frame that can run and load nothing. */
export function Quote({ html, files, onRemove, onEdit }: Props) {
  const { t } = useLane();
  const [open, setOpen] = useState(false);
  if (!html) return null;
  return (
    <section aria-label={t('Quoted email')} className="mail-quote">
      <div className="mail-quote-buttons">
        <Tooltip title={open ? t('Fold the quoted email') : t('Show the quoted email')}>
          <Button
            aria-expanded={open}
            aria-label={open ? t('Fold the quoted email') : t('Show the quoted email')}
            className="mail-quote-fold"
            icon={<EllipsisOutlined aria-hidden />}
            onClick={() => setOpen(!open)}
            size="small"
          />
        </Tooltip>
        {open && (
          <>
            <Button icon={<EditOutlined aria-hidden />} onClick={onEdit} size="small" type="text">
              {t('Write in it')}
            </Button>
            <Button icon={<DeleteOutlined aria-hidden />} onClick={onRemove} size="small" type="text">
              {t('Leave it out')}
            </Button>
          </>
        )}
      </div>
      {open && <QuoteFrame files={files} html={html} />}
    </section>
  );
}

function QuoteFrame({ html, files }: { html: string; files: FileReference[] }) {
  const { t } = useLane();
  const actions = useActions();
  const [images, setImages] = useState(() => new Map<string, string>());

  useEffect(() => {
    let shown = true;
    const load = async (id: string): Promise<[string, string] | undefined> => {
      const file = files.find(({ contentId }) => contentId === id);
      if (!file || !('messageId' in file)) return undefined;
      return [id, await toDataUrl(await actions.inlineImage({ id: file.messageId } as MessageRow, id))];
    };
    void Promise.allSettled(contentIds(html).map(load)).then((results) => {
      const found = results.flatMap((each) =>
        each.status === 'fulfilled' && each.value ? [each.value] : [],
      );
      if (shown && found.length > 0) setImages(new Map(found));
    });
    return () => {
      shown = false;
    };
  }, [actions, html, files]);

  const palette = usePalette();
  const page = useMemo(() => htmlDocument(html, images, false, palette), [html, images, palette]);
  return (
    <iframe
      className="mail-quote-frame"
      referrerPolicy="no-referrer"
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      srcDoc={page}
      title={t('Quoted email')}
    />
  );
}
