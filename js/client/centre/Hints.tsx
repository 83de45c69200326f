import React from 'react';
import { Alert } from 'antd';
import { useLane } from '../host/lane';
import type { Hint } from '../host/types';

/** What a reader should know before they believe an email. */
export function Hints({ hints }: { hints: Hint[] }) {
  const { t } = useLane();
  return (
    <>
      {hints.map(({ level, sentence, values }) => (
        <Alert key={sentence} message={t(sentence, values)} role="note" showIcon type={level} />
      ))}
    </>
  );
}
