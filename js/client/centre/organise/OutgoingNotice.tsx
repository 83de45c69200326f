import React from 'react';
import { Alert, Button } from 'antd';
import { useLane } from '../../host/lane';
import type { Message } from '../../host/types';
import type { Organising } from './useOrganising';

/** Says that the provider doesn't have a change yet, or has refused it. */
export function OutgoingNotice({ message, organising }: { message: Message; organising: Organising }) {
  const { t, say } = useLane();
  const { outgoing } = message;
  if (!outgoing || (outgoing.state === 'queued' && !outgoing.attempts)) return null;
  if (outgoing.state === 'queued') {
    return (
      <Alert
        banner
        message={t('A change of this email is not yet at the provider. It is sent as soon as it can be.')}
        type="info"
      />
    );
  }
  const sentence = (outgoing.reason ?? '').replace(/^\w+: /, '');
  return (
    <Alert
      action={
        <Button onClick={() => organising.dismiss(message)} size="small">
          {t('Dismiss')}
        </Button>
      }
      banner
      description={sentence && say(sentence)}
      message={t('The provider refused a change of this email: it is as it was there.')}
      type="warning"
    />
  );
}
