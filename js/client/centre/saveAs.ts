/** Milliseconds after which a browser has certainly begun with it. */
const BEGUN = 60_000;

/** Downloads a file that the page has: it was fetched with the user's token, which a plain link would not carry. */
export function saveAs(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), BEGUN);
}
