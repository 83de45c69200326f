const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

/** The text of HTML, roughly: for looking for words in it. */
export function plainText(html: string): string {
  return html
    .replace(/<(br|\/p|\/div|\/li)\b[^>]*>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');
}

const PICTURE = /<img\b[^>]*?\ssrc="([^"]+)"/gi;

/** The addresses of the pictures in HTML. */
export function pictureAddresses(html: string): string[] {
  return [...html.matchAll(PICTURE)].map(([, address]) => (address ?? '').replace(/&amp;/g, '&'));
}
