import React from 'react';
import { Alert, Button, Result } from 'antd';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';

/** What a pane shows when it could not be loaded. */
export function Problem({ error, retry }: { error: MailError; retry: () => void }) {
  const { t, say } = useLane();
  // What was asked for is wrong: asking again helps nobody.
  if (error.status === 400) return <Result status="warning" title={say(error.message)} />;
  return (
    <Result
      extra={<Button onClick={retry}>{t('Try again')}</Button>}
      status={error.status === 403 ? '403' : 'warning'}
      subTitle={say(error.message)}
      title={t('This could not be loaded')}
    />
  );
}

/** Says above what is still shown that it could not be loaded again. */
export function StaleProblem({ error, retry }: { error: MailError; retry: () => void }) {
  const { t, say } = useLane();
  return (
    <Alert
      action={
        <Button onClick={retry} size="small">
          {t('Try again')}
        </Button>
      }
      banner
      message={say(error.message)}
      type="warning"
    />
  );
}
