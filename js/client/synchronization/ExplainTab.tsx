import React, { useState } from 'react';
import { Alert, type AlertProps, Form, Input, Typography } from 'antd';
import type { MailError } from '../host/error';
import { type Lane, useLane } from '../host/lane';
import { day, longDate, timeAgo } from '../shared/format';
import type { SyncActions } from './actions';
import { REASONS } from './texts';
import type { Explanation } from './types';

/** "Why isn't my email here?": asks by Message-ID, at the provider too. */
export function ExplainTab({ actions }: { actions: SyncActions }) {
  const lane = useLane();
  const { t, say } = lane;
  const [messageId, setMessageId] = useState('');
  const [asking, setAsking] = useState(false);
  const [answer, setAnswer] = useState<Explanation>();
  const [error, setError] = useState<MailError>();

  const ask = async () => {
    setAsking(true);
    setAnswer(undefined);
    setError(undefined);
    try {
      setAnswer(await actions.explain(messageId));
    } catch (failure) {
      setError(failure as MailError);
    } finally {
      setAsking(false);
    }
  };

  const wrong = error?.field === 'messageId';
  return (
    <Form className="mail-sync-tab" layout="vertical">
      <Typography.Paragraph type="secondary">
        {t(
          'Enter the Message-ID of an email that you miss. You find it in the original of the email at your provider, in the line that begins with “Message-ID”.',
        )}
      </Typography.Paragraph>
      <Form.Item
        help={wrong ? say(error.message) : undefined}
        htmlFor="mail-sync-message-id"
        label={t('Message-ID')}
        validateStatus={wrong ? 'error' : ''}
      >
        <Input.Search
          enterButton={t('Search')}
          id="mail-sync-message-id"
          loading={asking}
          onChange={({ target }) => setMessageId(target.value)}
          onSearch={() => void ask()}
          placeholder="<abc@mail.example.com>"
          value={messageId}
        />
      </Form.Item>
      <div aria-live="polite">
        {error && !wrong && <Alert message={say(error.message)} showIcon type="error" />}
        {answer && <Alert showIcon {...told(answer, lane)} />}
      </div>
    </Form>
  );
}

function told(
  answer: Explanation,
  { t, say, language }: Lane,
): Pick<AlertProps, 'type' | 'message' | 'description'> {
  const because = (reason: string) => say(REASONS[reason]?.text ?? reason.replace(/^\w+: /, ''));
  const ago = (iso: string) => timeAgo(iso, new Date(), language());
  switch (answer.answer) {
    case 'here':
      return { type: 'success', message: t('It is here') };
    case 'removed':
      return {
        type: 'warning',
        message: t('It was here and is hidden since {{date}}', { date: longDate(answer.since, language()) }),
        description: because(answer.reason),
      };
    case 'failing':
      return {
        type: 'error',
        message: t('The provider has it, and it could not be read so far'),
        description: [
          because(answer.reason),
          answer.nextAttemptAt && t('next try {{when}}', { when: ago(answer.nextAttemptAt) }),
        ]
          .filter(Boolean)
          .join(' · '),
      };
    case 'excluded':
      return {
        type: 'info',
        message: t('The provider has it, and it is left out'),
        description: [because(answer.reason), ...answer.folders].join(' · '),
      };
    case 'older':
      return {
        type: 'info',
        message: t('It is from {{date}}, before the start date', { date: day(answer.date, language()) }),
      };
    case 'not_found':
      return {
        type: 'warning',
        message: t('The provider does not have it'),
        description: t('It may have been deleted for good, or it went to another mailbox.'),
      };
    case 'fetching':
      return {
        type: 'success',
        message: t('The provider has it, and it is being fetched now'),
      };
  }
}
