import React from 'react';
import { pieces } from './pieces';

/** A text with the words marked that a search looked for. */
export function Marked({ text, words }: { text: string; words: string[] }) {
  return (
    <>
      {pieces(text, words).map(({ piece, isMarked }, index) =>
        isMarked ? (
          <mark className="mail-mark" key={index}>
            {piece}
          </mark>
        ) : (
          piece
        ),
      )}
    </>
  );
}
