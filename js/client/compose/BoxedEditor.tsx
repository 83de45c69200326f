import React, { useRef } from 'react';
import { App } from 'antd';
import { useLane } from '../host/lane';
import type { MailEditor } from './editor/contract';
import { EditorPane } from './EditorPane';
import { isPicture, pickFiles, PICTURES } from './pick';
import { pictureInText } from './pictureInText';

interface Props {
  html: string;
  onChange: (html: string) => void;
}

/** The editor of a text that is used again and again: its pictures stand in it, small ones. */
export function BoxedEditor({ html, onChange }: Props) {
  const { t } = useLane();
  const app = App.useApp();
  const editor = useRef<MailEditor>();
  const insert = async (files: File[]) => {
    for (const file of files) {
      const address = isPicture(file) ? await pictureInText(file).catch(() => undefined) : undefined;
      if (address) editor.current?.insertPicture(address, file.name);
      else app.message.error(t('“{{name}}” is no picture that can be shown.', { name: file.name }));
    }
  };
  return (
    <div className="mail-boxed-editor">
      <EditorPane
        html={html}
        label={t('Text')}
        // What the user puts there is shown.
        mayLoad={() => true}
        onChange={onChange}
        onFiles={(files) => void insert(files)}
        onPicture={() => pickFiles((files) => void insert(files), PICTURES)}
        ref={editor}
      />
    </div>
  );
}
