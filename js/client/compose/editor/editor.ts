// The editor's file: TipTap with what mail clients can show. Without React, so that the file stands alone.
import { createNodeFromContent, Editor, type Extensions } from '@tiptap/core';
import { TextAlign } from '@tiptap/extension-text-align';
import { Color, TextStyle } from '@tiptap/extension-text-style';
import { Fragment } from '@tiptap/pm/model';
import StarterKit from '@tiptap/starter-kit';
import { signatureOf } from '../body';
import { cleanPasted } from '../paste';
import type { Command, EditorOptions, EditorState, MailEditor } from './contract';
import { picture, withAddresses } from './picture';
import { ownText, Signature, signaturesIn } from './signature';
import { tables } from './table';

export function createEditor(element: HTMLElement, options: EditorOptions): MailEditor {
  const editor: Editor = new Editor({
    element,
    extensions: extensions(options),
    content: fromMail(options.html),
    editorProps: {
      attributes: {
        'aria-label': options.label,
        'aria-multiline': 'true',
        'data-placeholder': options.placeholder,
        role: 'textbox',
      },
      transformPastedHTML: cleanPasted,
      handleClick: (_, position, event) => beginsBefore(editor, position, event),
      handlePaste: (_, event) => {
        const files = [...(event.clipboardData?.files ?? [])];
        // Office programs add a picture of the text itself.
        const hasText =
          event.clipboardData?.types.includes('text/html') && event.clipboardData.getData('text/plain');
        if (files.length === 0 || hasText) return false;
        options.onFiles(files);
        return true;
      },
      handleDrop: (_, event) => {
        const files = [...(event.dataTransfer?.files ?? [])];
        if (files.length === 0) return false;
        event.preventDefault();
        event.stopPropagation();
        options.onFiles(files);
        return true;
      },
    },
    onUpdate: options.onChange,
    onTransaction: ({ editor: current }) => options.onState(stateOf(current)),
  });
  const markEmpty = () => editor.view.dom.classList.toggle('is-empty', isEmpty(editor));
  editor.on('update', markEmpty);
  markEmpty();
  // The signatures as they came into the text.
  const begun: Fragment[] = [];
  const noteSignatures = () => begun.push(...signaturesIn(editor.state.doc).map(({ node }) => node.content));
  noteSignatures();

  return {
    html: () => toMail(editor.getHTML()),
    setHtml: (html) => {
      editor.commands.setContent(fromMail(html));
      noteSignatures();
    },
    insertHtml: (html) => {
      editor.chain().focus().insertContent(fromMail(html)).run();
    },
    insertPicture: (src, alt) => {
      editor.chain().focus().setImage({ src, alt }).run();
    },
    setSignature: (html, known) => {
      setSignature(editor, html, (signature) => ownText(signature, contentOf(editor, known), begun));
      noteSignatures();
    },
    run: (command, value) => run(editor, command, value),
    focus: (where) => focus(editor, where),
    destroy: () => editor.destroy(),
  };
}

function extensions({ onLink, mayLoad }: EditorOptions): Extensions {
  return [
    StarterKit.configure({
      code: false,
      codeBlock: false,
      trailingNode: false,
      link: {
        openOnClick: false,
        defaultProtocol: 'https',
        protocols: ['mailto', 'tel'],
        HTMLAttributes: { target: null, rel: null },
      },
      // What the writer sees is what other clients show: they put space around paragraphs.
      paragraph: { HTMLAttributes: { style: 'margin:0' } },
    }),
    TextStyle,
    Color,
    TextAlign.configure({
      types: ['heading', 'paragraph'],
      alignments: ['left', 'center', 'right', 'justify'],
    }),
    picture(mayLoad),
    ...tables(),
    Signature.extend({ addKeyboardShortcuts: () => ({ 'Mod-k': () => (onLink(), true) }) }),
  ];
}

function isEmpty(editor: Editor): boolean {
  const { doc } = editor.state;
  const [first] = doc.content.content;
  const isWritten = doc.content.content.some(
    (node, index) => index > 0 && node.type.name !== 'signature' && node.content.size > 0,
  );
  return !isWritten && first?.type.name === 'paragraph' && first.content.size === 0;
}

/** Other clients show an empty paragraph only with a line break in it. */
function toMail(html: string): string {
  return withAddresses(html).replace(/(<p(?: [^>]*)?>)<\/p>/g, '$1<br></p>');
}

function fromMail(html: string): string {
  return html.replace(/(<p(?: [^>]*)?>)<br\s*\/?><\/p>/g, '$1</p>');
}

/** @param own what of a signature is to stay */
function setSignature(editor: Editor, html: string | null, own: (signature: Fragment) => Fragment): void {
  const chain = editor.chain();
  for (const { node, from, to } of signaturesIn(editor.state.doc)) {
    const kept = own(node.content);
    if (kept.size === 0) chain.deleteRange({ from, to });
    else chain.insertContentAt({ from, to }, kept, { updateSelection: false });
  }
  chain.run();
  if (html === null) return;
  const content = signatureOf(html || '<p></p>');
  const { size } = editor.state.doc.content;
  const last = editor.state.doc.lastChild;
  // One line for the text, one between it and the signature.
  const gap = editor.state.doc.childCount < 2 && last?.content.size === 0 ? '<p></p>' : '';
  editor.commands.insertContentAt(size, gap + content, { updateSelection: false });
}

/** What signatures become in the text. */
function contentOf(editor: Editor, signatures: string[]): Fragment[] {
  return signatures.map((html) => {
    const made = createNodeFromContent(fromMail(signatureOf(html || '<p></p>')), editor.schema, {
      slice: true,
    });
    return made.firstChild?.content ?? Fragment.empty;
  });
}

/** A click that would begin an email inside its signature begins it before. */
function beginsBefore(editor: Editor, position: number, { target }: MouseEvent): boolean {
  const { doc } = editor.state;
  const found = signaturesIn(doc).find(({ from, to }) => position > from && position <= to);
  if (!found || !isUnwritten(editor)) return false;
  const isAtStart = doc.textBetween(found.from, position, ' ', 'x').trim() === '';
  const isOnIt = target instanceof Element && target.closest('.gmail_signature') !== null;
  if (isOnIt && !isAtStart) return false;
  focus(editor, 'start');
  // The browser has put its cursor where was clicked, which the editor has perhaps not heard yet.
  editor.view.focus();
  return true;
}

/** Whether nothing stands beside the signature. */
function isUnwritten(editor: Editor): boolean {
  return editor.state.doc.content.content.every(
    (node) => node.type.name === 'signature' || (node.isTextblock && node.content.size === 0),
  );
}

/** At the end of what is written: the signature behind it is no place to go on writing. */
function focus(editor: Editor, where: 'start' | 'end'): void {
  const before = signaturesIn(editor.state.doc).at(-1)?.from;
  if (before === 0) {
    editor.chain().insertContentAt(0, '<p></p>').focus('start').run();
    return;
  }
  editor.commands.focus(where === 'end' && before !== undefined && !isUnwritten(editor) ? before - 1 : where);
}

function stateOf(editor: Editor): EditorState {
  const marks: Command[] = [
    'bold',
    'italic',
    'underline',
    'strike',
    'bulletList',
    'orderedList',
    'blockquote',
    'link',
    'table',
  ];
  const active = new Set(marks.filter((name) => editor.isActive(name)));
  if (editor.isActive({ textAlign: 'center' })) active.add('alignCenter');
  if (editor.isActive({ textAlign: 'right' })) active.add('alignRight');
  return {
    active,
    color: (editor.getAttributes('textStyle').color as string | undefined) ?? null,
    link: (editor.getAttributes('link').href as string | undefined) ?? null,
    canUndo: editor.can().undo(),
    canRedo: editor.can().redo(),
  };
}

function run(editor: Editor, command: Command, value = ''): void {
  const chain = editor.chain().focus();
  const commands: Record<Command, () => typeof chain> = {
    bold: () => chain.toggleBold(),
    italic: () => chain.toggleItalic(),
    underline: () => chain.toggleUnderline(),
    strike: () => chain.toggleStrike(),
    bulletList: () => chain.toggleBulletList(),
    orderedList: () => chain.toggleOrderedList(),
    blockquote: () => chain.toggleBlockquote(),
    indent: () => chain.sinkListItem('listItem'),
    outdent: () => chain.liftListItem('listItem'),
    alignLeft: () => chain.unsetTextAlign(),
    alignCenter: () => chain.setTextAlign('center'),
    alignRight: () => chain.setTextAlign('right'),
    color: () => (value ? chain.setColor(value) : chain.unsetColor()),
    link: () => link(editor, chain, value),
    unlink: () => chain.extendMarkRange('link').unsetLink(),
    table: () => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: false }),
    rowBelow: () => chain.addRowAfter(),
    columnRight: () => chain.addColumnAfter(),
    removeRow: () => chain.deleteRow(),
    removeColumn: () => chain.deleteColumn(),
    removeTable: () => chain.deleteTable(),
    clear: () => chain.unsetAllMarks().clearNodes().unsetTextAlign(),
    undo: () => chain.undo(),
    redo: () => chain.redo(),
  };
  commands[command]().run();
}

/** Over what is selected, or as its own text. */
function link(editor: Editor, chain: ReturnType<Editor['chain']>, address: string) {
  const href = /^[a-z][a-z0-9+.-]*:/i.test(address)
    ? address
    : address.includes('@') && !address.includes('/')
      ? `mailto:${address}`
      : `https://${address}`;
  if (editor.state.selection.empty && !editor.isActive('link'))
    return chain.insertContent({ type: 'text', text: address, marks: [{ type: 'link', attrs: { href } }] });
  return chain.extendMarkRange('link').setLink({ href });
}
