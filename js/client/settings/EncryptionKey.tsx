import React, { useEffect, useRef, useState } from 'react';
import { Button, Card, Progress, Space, Typography } from 'antd';
import { LockOutlined } from '@ant-design/icons';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import { announceChange } from '../shared/changes';
import { dateAndTime } from '../shared/format';
import { useLoad } from '../shared/useLoad';
import { useModal } from '../shared/useModal';

/** Milliseconds between two looks at how far a replacement is. */
const LOOK = 2000;

/** The key that client secrets and tokens are stored under: since when, and its replacement with what is left to do. */
export function EncryptionKey() {
  const { t, say, language } = useLane();
  const actions = useActions();
  const modal = useModal();
  const { value: key, error, change, reload } = useLoad(actions.encryptionKey);
  const [problem, setProblem] = useState<MailError>();
  const remaining = key?.remaining ?? 0;
  // What there was to move when it was largest, so that the progress never runs backwards.
  const most = useRef(0);
  most.current = remaining === 0 ? 0 : Math.max(most.current, remaining);

  useEffect(() => {
    if (remaining === 0) return undefined;
    const timer = setInterval(() => void reload(), LOOK);
    return () => clearInterval(timer);
  }, [remaining, reload]);

  const replace = async () => {
    setProblem(undefined);
    try {
      const replaced = await actions.replaceEncryptionKey();
      change(() => replaced);
      announceChange();
    } catch (refusal) {
      setProblem(refusal as MailError);
    }
  };
  const ask = () =>
    modal.confirm({
      title: t('Replace the encryption key?'),
      content: t(
        'Client secrets and tokens are encrypted again in the background. Mailboxes go on working meanwhile, and nobody has to authorize anything again.',
      ),
      okText: t('Replace the key'),
      cancelText: t('Cancel'),
      onOk: replace,
    });

  const wrong = problem ?? error;
  return (
    <Card
      className="mail-encryption-key"
      title={
        <Space>
          <LockOutlined aria-hidden />
          {t('Encryption key')}
        </Space>
      }
    >
      <Typography.Paragraph type="secondary">
        {t(
          'Client secrets and the tokens of mailboxes are stored encrypted. Replace the key when somebody may have seen a copy of the database together with the key of the application.',
        )}
      </Typography.Paragraph>
      {wrong && (
        <Typography.Paragraph role="alert" type="danger">
          {say(wrong.message)}
        </Typography.Paragraph>
      )}
      {key && (
        <p aria-live="polite" data-key-generation={key.generation}>
          {key.since
            ? t('In use since {{time}}', { time: dateAndTime(key.since, language()) })
            : t('The first key is in use: it was never replaced.')}
          {remaining > 0 && <> {t('{{count}} still to be moved to the new key', { count: remaining })}</>}
        </p>
      )}
      {remaining > 0 && (
        <Progress
          aria-label={t('Moving secrets to the new key')}
          percent={Math.floor((100 * (most.current - remaining)) / most.current)}
        />
      )}
      <Button disabled={!key} onClick={ask}>
        {t('Replace the key')}
      </Button>
    </Card>
  );
}
