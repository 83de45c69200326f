/** Cuts a text around the words, which are found at the beginning of its own, whatever their case and accents. */
export function pieces(text: string, words: string[]): { piece: string; isMarked: boolean }[] {
  const letters = Array.from(text.normalize('NFC'));
  const plain = letters.map(folded);
  const wanted = words
    .map((word) => Array.from(word.normalize('NFC')).map(folded))
    .filter(({ length }) => length);
  const marked = letters.map(() => false);
  plain.forEach((letter, at) => {
    if (isLetter(plain[at - 1]) && !IDEOGRAPH.test(letter)) return;
    for (const word of wanted) {
      if (word.every((each, offset) => plain[at + offset] === each)) marked.fill(true, at, at + word.length);
    }
  });
  const found: { piece: string; isMarked: boolean }[] = [];
  letters.forEach((letter, at) => {
    const last = found[found.length - 1];
    const isMarked = marked[at] ?? false;
    if (last?.isMarked === isMarked) last.piece += letter;
    else found.push({ piece: letter, isMarked });
  });
  return found;
}

const IDEOGRAPH = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

function isLetter(letter: string | undefined): boolean {
  return letter !== undefined && /[\p{L}\p{N}]/u.test(letter);
}

function folded(letter: string): string {
  return letter.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
