/** A name that nobody else has. `crypto.randomUUID` is missing on pages without https. */
export function uniqueName(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
