// What the pages know of the editor. It is a file of its own, which is loaded when somebody begins to write.

export type Command =
  | 'bold'
  | 'italic'
  | 'underline'
  | 'strike'
  | 'bulletList'
  | 'orderedList'
  | 'blockquote'
  | 'indent'
  | 'outdent'
  | 'alignLeft'
  | 'alignCenter'
  | 'alignRight'
  | 'color'
  | 'link'
  | 'unlink'
  | 'table'
  | 'rowBelow'
  | 'columnRight'
  | 'removeRow'
  | 'removeColumn'
  | 'removeTable'
  | 'clear'
  | 'undo'
  | 'redo';

/** What is true where the cursor is. */
export interface EditorState {
  active: ReadonlySet<Command>;
  color: string | null;
  link: string | null;
  canUndo: boolean;
  canRedo: boolean;
}

export interface EditorOptions {
  html: string;
  /** The accessible name. */
  label: string;
  placeholder: string;
  /** Whether a picture from elsewhere may be loaded into the page. */
  mayLoad: (address: string) => boolean;
  onChange: () => void;
  onState: (state: EditorState) => void;
  /** Files that were pasted or dropped; pictures shall be shown in the text. */
  onFiles: (files: File[]) => void;
  /** Opens the dialog for a link. */
  onLink: () => void;
}

export interface MailEditor {
  html: () => string;
  setHtml: (html: string) => void;
  /** At the cursor. */
  insertHtml: (html: string) => void;
  insertPicture: (address: string, name: string) => void;
  /**
   * Puts a signature at the end in place of the one that is there; `null` removes it. What somebody wrote into that one
   * stays as text.
   *
   * @param known the signatures that there are
   */
  setSignature: (html: string | null, known: string[]) => void;
  run: (command: Command, value?: string) => void;
  /** `end`: where the text ends, before the signature. */
  focus: (where: 'start' | 'end') => void;
  destroy: () => void;
}

/** What the editor's file exports. */
export interface EditorModule {
  createEditor: (element: HTMLElement, options: EditorOptions) => MailEditor;
}
