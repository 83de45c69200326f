/**
 * The sentences of the server that carry a value, as keys of the translations. They arrive, and are stored, with the value
 * already in place. Those with the most text of their own come first, so that none hides a more exact one.
 */
export const TEMPLATES = [
  '{{provider}} has no client id and secret: an administrator enters them in Email settings',
  'these permissions were not granted: {{names}}. Link the account again and allow them',
  '{{provider}} is not set up: an administrator enables it in Email settings',
  "the provider can't issue tokens right now (it answered {{status}})",
  'recipient {{place}} has no complete e-mail address, such as ann@example.com',
  "the provider's answer to sending has the status {{status}}",
  'the variable {{name}} is not set: an administrator adds it',
  'the files have more than {{limit}} MB together',
  "a record of {{collection}} can't be read: it has {{mismatch}}",
  "the provider's answer has no {{what}}",
  'a value could not be handed to the host: {{reason}}',
  "the host's {{call}} failed: {{reason}}",
  "the host's {{call}} gave {{what}}",
  '{{provider}} answered {{status}} ({{code}})',
  '{{provider}} answered {{status}}',
];

type Translate = (key: string, values?: Record<string, string | number>) => string;

const PATTERNS = TEMPLATES.map((template) => ({
  template,
  pattern: new RegExp(
    `^${template
      .split(/(\{\{\w+\}\})/)
      .map(asPattern)
      .join('')}$`,
  ),
}));

/** Translates a sentence of the server: by its own key, or by the template it was made from. */
export function translateSentence(
  t: Translate,
  sentence: string,
  values?: Record<string, string | number>,
): string {
  const own = t(sentence, values);
  const found = own === sentence ? PATTERNS.find(({ pattern }) => pattern.test(sentence)) : undefined;
  if (!found) return own;
  const captured = Object.entries(found.pattern.exec(sentence)?.groups ?? {});
  // A list of permissions is joined by semicolons, and each of its names is a key.
  const translated = captured.map(([name, value]) => [
    name,
    name === 'names'
      ? value
          .split('; ')
          .map((each) => t(each))
          .join('; ')
      : value,
  ]);
  return t(found.template, Object.fromEntries(translated) as Record<string, string>);
}

function asPattern(piece: string): string {
  const name = /^\{\{(\w+)\}\}$/.exec(piece)?.[1];
  return name ? `(?<${name}>.+?)` : piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
