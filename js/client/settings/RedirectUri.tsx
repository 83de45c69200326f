import React from 'react';
import { useField } from '@formily/react';
import { useLane } from '../host/lane';
import { CopyValue } from './CopyValue';

/** The redirect URI to register with the provider. It is no value of the form, which Formily would pass as `value`. */
export function RedirectUri({ uri }: { uri: string }) {
  const { t } = useLane();
  const field = useField();
  return <CopyValue label={String(field.title ?? t('Redirect URI'))} value={uri} />;
}
