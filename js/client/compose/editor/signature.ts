import { mergeAttributes, Node } from '@tiptap/core';

/** The signature: text like any other, in a division that is replaced when another address is written from. */
export const Signature = Node.create({
  name: 'signature',
  group: 'block',
  content: 'block+',
  isolating: true,
  parseHTML: () => [{ tag: 'div.gmail_signature', priority: 100 }],
  renderHTML: ({ HTMLAttributes }) => [
    'div',
    mergeAttributes({ class: 'gmail_signature' }, HTMLAttributes),
    0,
  ],
});
