import React, { useCallback, useEffect, useRef } from 'react';
import { Alert, App, Button, Empty, Result, Skeleton, Typography } from 'antd';
import { ArrowLeftOutlined, StarFilled } from '@ant-design/icons';
import { AnswerRow } from '../compose/Answer';
import { ScheduledNotice } from '../compose/OnItsWay';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { Message, MessageRow, UnstoredMessage } from '../host/types';
import { announceChange, useMailChanges } from '../shared/changes';
import { Problem, StaleProblem } from '../shared/Problem';
import { useLoad } from '../shared/useLoad';
import { Attachments } from './Attachments';
import { around, Conversation } from './Conversation';
import { OthersMail } from './Department';
import { Hints } from './Hints';
import { MailBody } from './MailBody';
import { MessageActions } from './organise/MessageActions';
import { Notes } from './organise/Notes';
import { OutgoingNotice } from './organise/OutgoingNotice';
import { RowLabels } from './organise/RowParts';
import type { Organising } from './organise/useOrganising';
import { fulfilled } from './organise/wish';
import { People } from './People';

interface Props {
  id: number;
  /** What the list has of it: that is shown until the rest has come. */
  row?: MessageRow | undefined;
  organising: Organising;
  /** Opens another email of the conversation. */
  onOpen: (id: number) => void;
  onRead: (id: number, change: Partial<MessageRow>) => void;
  /** Called with what is shown, as a row of its own: the list may not have it. */
  onShow: (row: MessageRow) => void;
  /** Shown where there is only one pane. */
  onBack?: (() => void) | undefined;
  onClose: () => void;
}

/** One mail. Opening it marks it read, here and at the provider. Draw it with the message's id as key. */
export function Reader({ id, row, organising, onOpen, onRead, onShow, onBack, onClose }: Props) {
  const { t } = useLane();
  const actions = useActions();
  const load = useCallback(() => actions.message(id), [actions, id]);
  const { value: message, error, reload, change } = useLoad(load);
  useMailChanges(() => void reload());
  useEffect(() => {
    if (message) onShow(alone(message));
  }, [message, onShow]);
  const target = organising.targets.find(({ accountId }) => accountId === message?.accountId);
  useReadMark(message, target?.organises, (row) => {
    change((before) => ({ ...before, ...row }));
    onRead(id, row);
  });
  const acting: Organising = {
    ...organising,
    apply: (rows, wish) => {
      change((before) => ({ ...before, ...fulfilled(before, wish, organising.labels, organising.targets) }));
      organising.apply(rows, wish);
      // What is to stay unread is not to be opened at once again.
      if (wish.isRead === false) onClose();
    },
  };

  const back = onBack && (
    <Button aria-label={t('Back to the list')} icon={<ArrowLeftOutlined />} onClick={onBack} type="text" />
  );
  if (error?.status === 404) {
    return (
      <div className="mail-reader">
        {back}
        <Result
          extra={<Button onClick={onClose}>{t('Back to the list')}</Button>}
          status="info"
          subTitle={t('It was deleted or moved in the mailbox.')}
          title={t('This email is gone')}
        />
      </div>
    );
  }
  if (error && !message) {
    return (
      <div className="mail-reader">
        {back}
        <Problem error={error} retry={() => void reload()} />
      </div>
    );
  }
  if (!message) return <Arriving back={back} row={row} />;
  const { earlier, later } = around(message);
  return (
    <article aria-label={message.subject || t('(no subject)')} className="mail-reader">
      {error && <StaleProblem error={error} retry={() => void reload()} />}
      <header className="mail-reader-head">
        <div className="mail-reader-title">
          {back}
          <Typography.Title level={4}>
            {message.isStarred && <StarFilled aria-label={t('Starred')} className="mail-star" />}
            {message.subject || t('(no subject)')} <RowLabels labels={message.labels ?? []} />
          </Typography.Title>
        </div>
        {message.readOnly ? (
          <OthersMail user={message.user} />
        ) : (
          <MessageActions onTakenOver={onClose} organising={acting} rows={[alone(message)]} />
        )}
        <OutgoingNotice message={message} organising={organising} />
        <ScheduledNotice message={message} onDraft={onClose} />
        <Conversation folds label={t('Earlier emails of this conversation')} onOpen={onOpen} rows={earlier} />
        <People message={message} />
        <Hints hints={message.hints ?? []} />
        <Attachments message={message} />
        {!message.readOnly && <Notes key={message.id} message={message} />}
      </header>
      <MailBody key={message.id} message={message} />
      <AnswerRow message={message} />
      <Conversation label={t('Later emails of this conversation')} onOpen={onOpen} rows={later} />
    </article>
  );
}

/** The mail before it has come, with what is known of it. */
function Arriving({ row, back }: { row: MessageRow | undefined; back: React.ReactNode }) {
  const { t } = useLane();
  if (!row) {
    return (
      <div className="mail-reader mail-reader-loading">
        {back}
        <Skeleton active avatar paragraph={{ rows: 8 }} />
      </div>
    );
  }
  return (
    <div aria-busy className="mail-reader">
      <header className="mail-reader-head">
        <div className="mail-reader-title">
          {back}
          <Typography.Title level={4}>{row.subject || t('(no subject)')}</Typography.Title>
        </div>
        <Skeleton.Button active />
        <People message={row} />
      </header>
      <div className="mail-reader-loading">
        <Skeleton active paragraph={{ rows: 6 }} title={false} />
      </div>
    </div>
  );
}

/** What is done in the reader is done to the open email, not to its conversation. */
function alone(message: Message): Message {
  return {
    ...message,
    relatedMessagesIsRead: message.isRead,
    relatedMessageIds: [message.id],
    idsInBox: [message.id],
  };
}

/** An email that a provider has found and that isn't kept here. */
export function UnstoredReader({ message, onClose }: { message: UnstoredMessage; onClose: () => void }) {
  const { t } = useLane();
  return (
    <article aria-label={message.subject || t('(no subject)')} className="mail-reader">
      <header className="mail-reader-head">
        <div className="mail-reader-title">
          <Button
            aria-label={t('Back to the list')}
            icon={<ArrowLeftOutlined />}
            onClick={onClose}
            type="text"
          />
          <Typography.Title level={4}>{message.subject || t('(no subject)')}</Typography.Title>
        </div>
        <Alert
          message={t(
            'This email is only at the provider: here it can be read, but not organised, and its files stay there.',
          )}
          showIcon
          type="info"
        />
        <People message={message} />
        <Hints hints={message.hints ?? []} />
      </header>
      <MailBody key={message.mailId} message={message} />
    </article>
  );
}

/** The pane when no mail is open. */
export function NothingOpen() {
  const { t } = useLane();
  return (
    <div className="mail-reader mail-reader-none">
      <Empty description={t('Choose an email to read it')} image={Empty.PRESENTED_IMAGE_SIMPLE} />
    </div>
  );
}

/** Marks an email read when it is opened: once, so that an unread mark set afterwards stays. */
function useReadMark(
  message: Message | undefined,
  organises: boolean | undefined,
  onRead: (change: Partial<MessageRow>) => void,
) {
  const { say } = useLane();
  const actions = useActions();
  const app = App.useApp();
  const opened = useRef<number>();

  const markOnOpen = () => {
    if (!message || organises === undefined || opened.current === message.id) return;
    opened.current = message.id;
    // A mailbox that may only be read keeps its marks, and so does somebody else's.
    if (message.isRead || message.isDraft || message.readOnly || !organises) return;
    onRead({ isRead: true });
    actions
      .setRead([message.mailId], true)
      .catch((error: MailError) => app.message.warning(say(error.message)))
      .finally(announceChange);
  };
  useEffect(markOnOpen);
}
