import React, { createContext, useContext } from 'react';
import { useLane } from '../host/lane';
import type { BoxType, MessageRow } from '../host/types';
import { BOX_NAMES } from './boxes';

/** What a list has to say of each row: its mailbox where there are several, and its box where it is of any. */
export interface Told {
  mailbox: boolean;
  box: boolean;
}

const ToldContext = createContext<Told>({ mailbox: false, box: false });

/** Around a list. */
export const RowPlaceProvider = ToldContext.Provider;

/** Where the mail of a row is, as far as its list does not say it for all of them. */
export function RowPlace({ row: { boxType, email } }: { row: MessageRow }) {
  const { t } = useLane();
  const told = useContext(ToldContext);
  const box = told.box && t(BOX_NAMES[boxType as BoxType] ?? 'Folder');
  const where = [box, told.mailbox && email].filter(Boolean).join(' · ');
  if (!where) return null;
  return (
    <span className="mail-row-place mail-ellipsis" title={where}>
      {where}
    </span>
  );
}
