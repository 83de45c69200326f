import type { Attachment } from '../host/types';

/** What browsers show as a picture, by the ends of names. A drawing that could hold a script is not among it. */
const TYPES = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
]);
/** Bytes: a larger one is downloaded before it is looked at. */
const LARGEST = 30 << 20;

/** The type of a file that can be looked at here. Senders often declare none, so that its name tells. */
export function pictureType({ filename, mimeType, size }: Attachment): string | undefined {
  if ((size ?? 0) > LARGEST) return undefined;
  const declared = [...TYPES.values()].find((type) => type === mimeType?.toLowerCase());
  return declared ?? TYPES.get(filename.split('.').pop()?.toLowerCase() ?? '');
}
