import type { Editor, ResizableNodeView } from '@tiptap/core';
import { Image } from '@tiptap/extension-image';
import { NodeSelection } from '@tiptap/pm/state';

/** What the page or the text has itself, and the pictures of the mail that are not there yet. */
const OWN = /^(?:blob:|cid:|data:image\/(?:png|jpeg|gif|webp);base64,)/i;
/** A longer address of the text's own is no picture that is sent: the sanitiser leaves it out. */
const LONGEST = 256 << 10;
/** How much larger or smaller a key makes a picture. */
const STEP = 1.1;
/** Pixels. */
const SMALLEST = 24;

/**
 * Pictures of the text. The editor is a part of the host's page: a picture from elsewhere is kept with its address, and
 * not loaded, because its sender would learn that the mail was opened.
 *
 * @param mayLoad whether a picture from elsewhere is one that the user put there
 */
export function picture(mayLoad: (address: string) => boolean) {
  const addressOf = (found: HTMLElement) =>
    found.getAttribute('data-elsewhere') ?? found.getAttribute('src') ?? '';
  const isShown = (address: string) => (OWN.test(address) && address.length <= LONGEST) || mayLoad(address);
  return Image.configure({
    inline: true,
    // Pictures in the text itself, as a signature has them.
    allowBase64: true,
    resize: {
      enabled: true,
      directions: ['bottom-right', 'bottom-left'],
      minWidth: SMALLEST,
      minHeight: SMALLEST,
      alwaysPreserveAspectRatio: true,
    },
  }).extend({
    addAttributes() {
      // Its size is written where a mail client keeps it, too.
      const size = (name: 'width' | 'height') => ({
        default: null,
        parseHTML: (found: HTMLElement) =>
          parseInt(found.getAttribute(name) ?? found.style[name], 10) || null,
      });
      return {
        src: {
          default: null,
          parseHTML: (found: HTMLElement) => (isShown(addressOf(found)) ? addressOf(found) : ''),
        },
        elsewhere: {
          default: null,
          parseHTML: (found: HTMLElement) => (isShown(addressOf(found)) ? null : addressOf(found)),
          renderHTML: ({ elsewhere }: { elsewhere?: string | null }) =>
            elsewhere ? { 'data-elsewhere': elsewhere } : {},
        },
        alt: { default: null },
        width: size('width'),
        height: size('height'),
      };
    },
    addKeyboardShortcuts() {
      const resize = (factor: number) => () => resizeChosen(this.editor, factor);
      return { 'Alt-ArrowUp': resize(STEP), 'Alt-ArrowDown': resize(1 / STEP) };
    },
    addNodeView() {
      const draw = this.parent?.();
      return !draw
        ? null
        : (props) => {
            const view = draw(props) as ResizableNodeView;
            const { onUpdate } = view;
            // The extension leaves the size to whoever drags a corner; it may be undone, too.
            view.onUpdate = (node, ...rest) => {
              const { width, height } = node.attrs as { width: number | null; height: number | null };
              view.element.style.width = width ? `${width}px` : '';
              view.element.style.height = height ? `${height}px` : '';
              return onUpdate?.(node, ...rest) ?? true;
            };
            return view;
          };
    },
  });
}

/** Makes the chosen picture larger or smaller, as a drag of its corner does. */
function resizeChosen(editor: Editor, factor: number): boolean {
  const { selection } = editor.state;
  if (!(selection instanceof NodeSelection) || selection.node.type.name !== Image.name) return false;
  const shown = editor.view.nodeDOM(selection.from);
  const drawn = shown instanceof HTMLElement ? (shown.querySelector('img') ?? shown) : null;
  const { width = 0, height = 0 } = drawn?.getBoundingClientRect() ?? {};
  if (Math.min(width, height) * factor < SMALLEST) return true;
  const size = { width: Math.round(width * factor), height: Math.round(height * factor) };
  return editor.chain().updateAttributes(Image.name, size).setNodeSelection(selection.from).run();
}

/** The editor's HTML with the addresses of pictures in their place again. */
export function withAddresses(html: string): string {
  return html.replace(/<img src="" data-elsewhere="([^"]*)"/g, '<img src="$1"');
}
