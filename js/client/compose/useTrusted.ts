import { useMemo, useRef } from 'react';
import { pictureAddresses } from './html';
import type { WritingAccount } from './types';

/** The pictures from elsewhere that the user has put into a signature or a template, and so has seen. */
export function useTrusted(accounts: WritingAccount[]): {
  has: (address: string) => boolean;
  add: (html: string) => void;
} {
  const ofSignatures = useMemo(
    () =>
      accounts.flatMap(({ config }) =>
        (config?.signatures ?? []).flatMap(({ content }) => pictureAddresses(content)),
      ),
    [accounts],
  );
  const added = useRef<string[]>([]);
  return {
    has: (address) => ofSignatures.includes(address) || added.current.includes(address),
    add: (html) => added.current.push(...pictureAddresses(html)),
  };
}
