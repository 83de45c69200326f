import { toDataUrl } from '../shared/dataUrl';

/** The longest picture that stands in a text itself, as an address: it goes along with every mail. */
const LONGEST = 64_000;
/** Pixels: as wide as a signature usually is. */
const WIDEST = 600;
const NARROWEST = 40;
const STEP = 0.75;

/**
 * A picture as an address that holds it, made smaller where it is large.
 *
 * @throws where the browser can't read it
 */
export async function pictureInText(file: File): Promise<string> {
  const address = await toDataUrl(file);
  const bitmap = await createImageBitmap(file);
  try {
    if (address.length <= LONGEST && bitmap.width <= WIDEST) return address;
    const kind = file.type === 'image/jpeg' ? 'image/jpeg' : 'image/png';
    let smaller = address;
    for (let width = Math.min(bitmap.width, WIDEST); width >= NARROWEST; width *= STEP) {
      smaller = drawn(bitmap, Math.round(width), kind);
      if (smaller.length <= LONGEST) break;
    }
    return smaller;
  } finally {
    bitmap.close();
  }
}

function drawn(bitmap: ImageBitmap, width: number, kind: string): string {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = Math.max(1, Math.round((bitmap.height * width) / bitmap.width));
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL(kind);
}
