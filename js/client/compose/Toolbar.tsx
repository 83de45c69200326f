import React, { useLayoutEffect, useRef, useState } from 'react';
import { Button, Input, Popover } from 'antd';
import {
  AlignCenterOutlined,
  AlignLeftOutlined,
  AlignRightOutlined,
  BoldOutlined,
  ClearOutlined,
  FontColorsOutlined,
  ItalicOutlined,
  LinkOutlined,
  MenuFoldOutlined,
  MenuUnfoldOutlined,
  OrderedListOutlined,
  PictureOutlined,
  RedoOutlined,
  StrikethroughOutlined,
  UnderlineOutlined,
  UndoOutlined,
  UnorderedListOutlined,
} from '@ant-design/icons';
import { useLane } from '../host/lane';
import type { Command, EditorState } from './editor/contract';
import { TableTool } from './TableTool';
import { Tool } from './Tool';
import { useEscape, useOpening } from './useEscape';

/** Readable on white and on black. */
const COLORS = [
  '#c41d1d',
  '#b3570b',
  '#8a6d00',
  '#2f7d1f',
  '#0b7a75',
  '#1668c4',
  '#5b45c9',
  '#b02a83',
  '#707070',
];

interface Props {
  state: EditorState | undefined;
  run: (command: Command, value?: string) => void;
  onPicture?: (() => void) | undefined;
  linking: boolean;
  setLinking: (open: boolean) => void;
}

/** The buttons for how the text looks. */
export function Toolbar({ state, run, onPicture, linking, setLinking }: Props) {
  const { t } = useLane();
  const button = (command: Command, title: string, icon: React.ReactNode, disabled = false) => (
    <Tool
      active={state?.active.has(command) ?? false}
      disabled={disabled || !state}
      icon={icon}
      onClick={() => run(command)}
      title={title}
    />
  );
  return (
    <div aria-label={t('Formatting')} className="mail-toolbar" role="toolbar">
      {button('undo', t('Undo'), <UndoOutlined aria-hidden />, !state?.canUndo)}
      {button('redo', t('Redo'), <RedoOutlined aria-hidden />, !state?.canRedo)}
      <i className="mail-toolbar-gap" />
      {button('bold', t('Bold'), <BoldOutlined aria-hidden />)}
      {button('italic', t('Italic'), <ItalicOutlined aria-hidden />)}
      {button('underline', t('Underline'), <UnderlineOutlined aria-hidden />)}
      {button('strike', t('Strikethrough'), <StrikethroughOutlined aria-hidden />)}
      <ColorTool color={state?.color ?? null} run={run} />
      <i className="mail-toolbar-gap" />
      {button('bulletList', t('Bulleted list'), <UnorderedListOutlined aria-hidden />)}
      {button('orderedList', t('Numbered list'), <OrderedListOutlined aria-hidden />)}
      {(state?.active.has('bulletList') || state?.active.has('orderedList')) && (
        <>
          {button('outdent', t('Less indented'), <MenuFoldOutlined aria-hidden />)}
          {button('indent', t('More indented'), <MenuUnfoldOutlined aria-hidden />)}
        </>
      )}
      {button('blockquote', t('Quotation'), <span className="mail-toolbar-quote">”</span>)}
      {button('alignLeft', t('Align left'), <AlignLeftOutlined aria-hidden />)}
      {button('alignCenter', t('Center'), <AlignCenterOutlined aria-hidden />)}
      {button('alignRight', t('Align right'), <AlignRightOutlined aria-hidden />)}
      <i className="mail-toolbar-gap" />
      <LinkTool open={linking} run={run} setOpen={setLinking} state={state} />
      {onPicture && (
        <Tool
          disabled={!state}
          icon={<PictureOutlined aria-hidden />}
          onClick={onPicture}
          title={t('Picture in the text')}
        />
      )}
      <TableTool disabled={!state} inTable={state?.active.has('table') ?? false} run={run} />
      {button('clear', t('Clear formatting'), <ClearOutlined aria-hidden />)}
    </div>
  );
}

function ColorTool({ color, run }: { color: string | null; run: Props['run'] }) {
  const { t } = useLane();
  const { open, setOpen, button } = useOpening();
  const choose = (value: string) => {
    setOpen(false);
    run('color', value);
  };
  const palette = (
    <div aria-label={t('Text colour')} className="mail-colors" role="group">
      <button className="mail-color-none" onClick={() => choose('')} type="button">
        {t('Automatic')}
      </button>
      {COLORS.map((each) => (
        <button
          aria-label={each}
          className="mail-color"
          key={each}
          onClick={() => choose(each)}
          style={{ background: each }}
          type="button"
        />
      ))}
    </div>
  );
  return (
    <Popover content={palette} onOpenChange={setOpen} open={open} trigger="click">
      <Tool
        icon={<FontColorsOutlined aria-hidden style={color ? { color } : undefined} />}
        ref={button}
        title={t('Text colour')}
      />
    </Popover>
  );
}

interface LinkProps {
  open: boolean;
  setOpen: (open: boolean) => void;
  state: EditorState | undefined;
  run: Props['run'];
}

function LinkTool({ open, setOpen, state, run }: LinkProps) {
  const { t } = useLane();
  const [address, setAddress] = useState('');
  const button = useRef<HTMLButtonElement>(null);
  useEscape(open, () => setOpen(false), button);
  const link = state?.link ?? '';
  // By the button or by a key, it opens with the link that is there.
  useLayoutEffect(() => {
    if (open) setAddress(link);
  }, [open, link]);
  const finish = (command: 'link' | 'unlink') => {
    setOpen(false);
    const value = address.trim();
    run(command === 'link' && !value ? 'unlink' : command, value);
  };
  const form = (
    <form
      className="mail-link-form"
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        finish('link');
      }}
    >
      <Input
        aria-label={t('Address of the link')}
        autoFocus
        onChange={({ target }) => setAddress(target.value)}
        placeholder="https://"
        value={address}
      />
      <Button htmlType="submit" type="primary">
        {t('Apply')}
      </Button>
      {link && <Button onClick={() => finish('unlink')}>{t('Remove the link')}</Button>}
    </form>
  );
  return (
    <Popover content={form} destroyTooltipOnHide onOpenChange={setOpen} open={open} trigger="click">
      <Tool
        active={state?.active.has('link') ?? false}
        disabled={!state}
        icon={<LinkOutlined aria-hidden />}
        ref={button}
        title={t('Link')}
      />
    </Popover>
  );
}
