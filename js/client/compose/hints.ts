import { withoutSignature } from './body';
import { plainText } from './html';
import type { Letter } from './types';

/** Words for files in the languages that people here write. */
const FILE_WORDS =
  /\b(attach(ed|ment|ments|ing)?|enclosed|ci-joint(e|s|es)?|pi[eè]ces? jointes?|en pi[eè]ce jointe|anbei|(im|als|vom) anhang|(in der|als) anlage|angeh[aä]ngt|angef[uü]gt|beigef[uü]gt|adjunt([oa]s?|amos|ad[oa]s?|ar)|anexos?|allegat[oi])\b|附件|附上|随附|添付|同封/iu;

export type Hint = 'subject' | 'files';

/** What may have been forgotten: a subject, or files that the text speaks of. */
export function hintsFor({ subject, text, files }: Pick<Letter, 'subject' | 'text' | 'files'>): Hint[] {
  const hints: Hint[] = [];
  if (!subject.trim()) hints.push('subject');
  const written = plainText(withoutSignature(text));
  const attached = files.some(({ contentId }) => !contentId);
  if (!attached && FILE_WORDS.test(`${subject}\n${written}`)) hints.push('files');
  return hints;
}

/** The names in `{{name}}` of a template, each once. */
export function variablesOf(...texts: (string | null | undefined)[]): string[] {
  const names = texts.flatMap((text) =>
    [...(text ?? '').matchAll(/\{\{\s*([^{}]{1,100}?)\s*\}\}/g)].map(([, name]) => name ?? ''),
  );
  return [...new Set(names)];
}
