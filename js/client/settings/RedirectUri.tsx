import React from 'react';
import { useField } from '@formily/react';
import { useLane } from '../host/lane';
import { CopyValue } from './CopyValue';

/** The redirect URI to register with the provider. */
export function RedirectUri({ value = '' }: { value?: string }) {
  const { t } = useLane();
  const field = useField();
  return <CopyValue label={String(field.title ?? t('Redirect URI'))} value={value} />;
}
