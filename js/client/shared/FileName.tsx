import React from 'react';

/** So much of a name always stays in sight at its end, with an extension of usual length. */
const END = 10;

/** The name of a file, shortened in its middle where there is no room: its end tells what it is. */
export function FileName({ name }: { name: string }) {
  const letters = [...name];
  return (
    <span className="mail-file-name">
      <span>{letters.slice(0, -END).join('')}</span>
      <span>{letters.slice(-END).join('')}</span>
    </span>
  );
}
