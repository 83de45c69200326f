import React, { useEffect, useImperativeHandle, useRef, useState } from 'react';
import { Button, Skeleton } from 'antd';
import { useLane } from '../host/lane';
import type { Command, EditorState, MailEditor } from './editor/contract';
import { loadEditor } from './editor/load';
import { Toolbar } from './Toolbar';

interface Props {
  /** What it opens with; later changes come through the reference. */
  html: string;
  label: string;
  placeholder?: string;
  autoFocus?: boolean;
  /** Whether a picture from elsewhere may be loaded; none is without it. */
  mayLoad?: ((address: string) => boolean) | undefined;
  onChange: (html: string) => void;
  onFiles?: ((files: File[]) => void) | undefined;
  onPicture?: (() => void) | undefined;
  onReady?: (() => void) | undefined;
  /** Between the toolbar and the text or below the text. */
  below?: React.ReactNode;
}

/** The rich text: a frame with its toolbar around the editor, which is fetched when it is first shown. */
export const EditorPane = React.forwardRef<MailEditor | undefined, Props>(function EditorPane(props, ref) {
  const { t } = useLane();
  const { html, label, placeholder = '', autoFocus = false, below } = props;
  const place = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<MailEditor>();
  const [state, setState] = useState<EditorState>();
  const [linking, setLinking] = useState(false);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const newest = useRef(props);
  newest.current = props;
  const begin = useRef({ html, label, placeholder, autoFocus });

  useEffect(() => {
    let made: MailEditor | undefined;
    let wanted = true;
    setFailed(false);
    const make = async () => {
      const { createEditor } = await loadEditor();
      if (!wanted || !place.current) return;
      const { autoFocus: focuses, ...options } = begin.current;
      made = createEditor(place.current, {
        ...options,
        mayLoad: (address) => newest.current.mayLoad?.(address) ?? false,
        onChange: () => made && newest.current.onChange(made.html()),
        onState: setState,
        onFiles: (files) => newest.current.onFiles?.(files),
        onLink: () => setLinking(true),
      });
      setEditor(made);
      setState((before) => before ?? NOTHING);
      if (focuses) made.focus('start');
      newest.current.onReady?.();
    };
    make().catch(() => wanted && setFailed(true));
    return () => {
      wanted = false;
      made?.destroy();
    };
  }, [attempt]);

  useImperativeHandle(ref, () => editor, [editor]);

  return (
    <div className="mail-editor">
      <div
        className="mail-editor-scroll"
        onClick={(event) => event.target === event.currentTarget && editor?.focus('end')}
      >
        {!editor && !failed && <Skeleton active className="mail-editor-loading" title={false} />}
        {failed && (
          <div className="mail-editor-loading" role="alert">
            {t('The editor could not be loaded.')}{' '}
            <Button onClick={() => setAttempt(attempt + 1)} size="small">
              {t('Try again')}
            </Button>
          </div>
        )}
        <div className="mail-editor-text" ref={place} />
        {/* With the editor it would move away under a pointer. */}
        {(editor || failed) && below}
      </div>
      <Toolbar
        linking={linking}
        onPicture={props.onPicture}
        run={(command: Command, value?: string) => editor?.run(command, value)}
        setLinking={setLinking}
        state={editor && state}
      />
    </div>
  );
});

const NOTHING: EditorState = { active: new Set(), color: null, link: null, canUndo: false, canRedo: false };
