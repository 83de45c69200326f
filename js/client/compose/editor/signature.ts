import { mergeAttributes, Node } from '@tiptap/core';
import { Fragment, type Node as DocumentNode } from '@tiptap/pm/model';

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

/** The signatures in the text, the last one first. */
export function signaturesIn(document: DocumentNode): { node: DocumentNode; from: number; to: number }[] {
  const found: { node: DocumentNode; from: number; to: number }[] = [];
  document.forEach((node, from) => {
    if (node.type.name === 'signature') found.unshift({ node, from, to: from + node.nodeSize });
  });
  return found;
}

/**
 * What somebody wrote into a signature themselves: what it has more than the one that it comes from.
 *
 * @param signature what stands in the text
 * @param known the signatures that there are
 * @param begun the signatures as they were when they came into the text: one may not be known any longer
 */
export function ownText(signature: Fragment, known: Fragment[], begun: Fragment[]): Fragment {
  const closest = (candidates: Fragment[]) =>
    candidates
      .map((candidate) => difference(signature, candidate))
      // Of another one it has only a few letters.
      .filter(({ shared }) => shared >= 0.5)
      .sort((one, other) => other.shared - one.shared)[0];
  const found = closest(known) ?? closest(begun);
  if (!found) return withoutBlanks(signature);
  if (found.shared === 1 || found.from === found.to)
    return withoutBlanks(signature.cut(found.from, found.to));
  // Where it was written over, single letters are the same by chance.
  const touched: DocumentNode[] = [];
  signature.forEach((block, at) => {
    if (at < found.to && at + block.nodeSize > found.from) touched.push(block);
  });
  return withoutBlanks(Fragment.fromArray(touched));
}

/** Where the first differs from the second, and how much of the second is still in it, from 0 to 1. */
function difference(first: Fragment, second: Fragment): { from: number; to: number; shared: number } {
  const [one, other] = [withoutLooks(first), withoutLooks(second)];
  const start = one.findDiffStart(other);
  const end = one.findDiffEnd(other);
  if (start === null || !end) return { from: 0, to: 0, shared: 1 };
  // "An Ann": what is the same as what follows was written before it.
  const from = start - Math.max(0, start - Math.min(end.a, end.b));
  return { from, to: end.a, shared: 1 - (end.b - from) / Math.max(1, other.size) };
}

/** The same text with all at the same positions: what is made bold, or is drawn larger, is nothing new. */
function withoutLooks(content: Fragment): Fragment {
  const plain: DocumentNode[] = [];
  content.forEach((node) => {
    if (node.isText) plain.push(node.mark([]));
    else plain.push(node.type.create(null, withoutLooks(node.content)));
  });
  return Fragment.fromArray(plain);
}

function withoutBlanks(content: Fragment): Fragment {
  const blocks = [...content.content];
  const isBlank = (node: DocumentNode | undefined) => node?.isTextblock && node.content.size === 0;
  while (isBlank(blocks[0])) blocks.shift();
  while (isBlank(blocks.at(-1))) blocks.pop();
  return Fragment.fromArray(blocks);
}
