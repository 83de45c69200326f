import type { ResizableNodeView } from '@tiptap/core';
import { Image } from '@tiptap/extension-image';

/** What the page has itself, and the pictures of the mail that are not there yet. */
const OWN = /^(?:blob:|cid:)/i;

/**
 * Pictures of the text. The editor is a part of the host's page: a picture from elsewhere is kept with its address, and
 * not loaded, because its sender would learn that the mail was opened.
 *
 * @param mayLoad whether a picture from elsewhere is one that the user put there
 */
export function picture(mayLoad: (address: string) => boolean) {
  const addressOf = (found: HTMLElement) =>
    found.getAttribute('data-elsewhere') ?? found.getAttribute('src') ?? '';
  const isShown = (address: string) => OWN.test(address) || mayLoad(address);
  return Image.configure({
    inline: true,
    resize: {
      enabled: true,
      directions: ['bottom-right', 'bottom-left'],
      minWidth: 24,
      minHeight: 24,
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

/** The editor's HTML with the addresses of pictures in their place again. */
export function withAddresses(html: string): string {
  return html.replace(/<img src="" data-elsewhere="([^"]*)"/g, '<img src="$1"');
}
