import { mergeAttributes, type Extensions } from '@tiptap/core';
import { Table, TableCell, TableHeader, TableRow } from '@tiptap/extension-table';

/** Mail clients know no style sheets: every cell brings its own lines. */
const CELL = 'border:1px solid #bbb;padding:4px 8px;vertical-align:top';
const TABLE = 'border-collapse:collapse';

/** What is kept of a cell's look. Nothing of it can lead a page elsewhere. */
const CELL_STYLES = [
  'background-color',
  'border',
  'border-top',
  'border-right',
  'border-bottom',
  'border-left',
  'color',
  'font-weight',
  'padding',
  'text-align',
  'vertical-align',
  'white-space',
  'width',
];
const TABLE_STYLES = ['background-color', 'border', 'border-collapse', 'border-spacing', 'margin', 'width'];

/** Tables as they are pasted and as they are made here. */
export function tables(): Extensions {
  const cell = { style: styleOf(CELL, CELL_STYLES), width: kept('width'), bgcolor: kept('bgcolor') };
  return [
    Table.extend({
      addAttributes: () => ({
        style: styleOf(TABLE, TABLE_STYLES),
        border: kept('border'),
        cellpadding: kept('cellpadding'),
        cellspacing: kept('cellspacing'),
        width: kept('width'),
      }),
      // The widths that the extension puts in are those of its own resizing.
      renderHTML: ({ HTMLAttributes }) => ['table', mergeAttributes(HTMLAttributes), ['tbody', 0]],
      // Behind the last cell the key leaves the text, as it does elsewhere.
      addKeyboardShortcuts() {
        return {
          Tab: () => this.editor.commands.goToNextCell(),
          'Shift-Tab': () => this.editor.commands.goToPreviousCell(),
        };
      },
    }).configure({ resizable: false }),
    TableRow,
    TableHeader.extend({ addAttributes: withOwn(cell) }),
    TableCell.extend({ addAttributes: withOwn(cell) }),
  ];
}

interface Attribute {
  default: string | null;
  parseHTML: (element: HTMLElement) => string | null;
}

/** Beside those for cells that reach over several rows and columns. */
function withOwn(own: Record<string, Attribute>) {
  return function (this: { parent?: (() => object) | null | undefined }) {
    return { ...this.parent?.(), ...own };
  };
}

function kept(name: string): Attribute {
  return { default: null, parseHTML: (element) => element.getAttribute(name) };
}

/** An element that says nothing of its look, or no more than how its text is aligned, gets ours. */
function styleOf(ours: string, names: string[]): Attribute {
  return {
    default: ours,
    parseHTML: ({ style }) => {
      const found = names
        .map((name) => [name, style.getPropertyValue(name)] as const)
        .filter(([, value]) => value !== '' && !/url\(|expression/i.test(value));
      const said = found.map(([name, value]) => `${name}:${value}`).join(';');
      return found.every(([name]) => name === 'text-align') ? [ours, said].filter(Boolean).join(';') : said;
    },
  };
}
