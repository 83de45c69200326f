/** A text as NocoBase's pages translate it when they show it. */
export function translated(text: string, namespace: string): string {
  return `{{t(${JSON.stringify(text)}, { ns: ${JSON.stringify(namespace)} })}}`;
}
