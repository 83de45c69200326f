import React, { useCallback, useEffect, useRef, useState } from 'react';
import { App, Avatar, Button, Empty, Result, Skeleton, Typography } from 'antd';
import { ArrowLeftOutlined, StarFilled } from '@ant-design/icons';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { Message, MessageRow, Person } from '../host/types';
import { announceChange, useMailChanges } from '../shared/changes';
import { hueOf, initials, longDate, personName } from '../shared/format';
import { Problem } from '../shared/Problem';
import { useLoad } from '../shared/useLoad';
import { Attachments } from './Attachments';
import { OthersMail } from './Department';
import { MailBody } from './MailBody';
import { MessageActions } from './organise/MessageActions';
import { Notes } from './organise/Notes';
import { OutgoingNotice } from './organise/OutgoingNotice';
import { RowLabels } from './organise/RowParts';
import type { Organising } from './organise/useOrganising';
import { fulfilled } from './organise/wish';

interface Props {
  id: number;
  organising: Organising;
  onRead: (id: number, change: Partial<MessageRow>) => void;
  /** Shown where there is only one pane. */
  onBack?: (() => void) | undefined;
  onClose: () => void;
}

/** One mail. Opening it marks it read, here and at the provider. Draw it with the message's id as key. */
export function Reader({ id, organising, onRead, onBack, onClose }: Props) {
  const { t } = useLane();
  const actions = useActions();
  const load = useCallback(() => actions.message(id), [actions, id]);
  const { value: message, error, reload, change } = useLoad(load);
  useMailChanges(() => void reload());
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
  if (error) {
    return (
      <div className="mail-reader">
        {back}
        <Problem error={error} retry={() => void reload()} />
      </div>
    );
  }
  if (!message) {
    return (
      <div className="mail-reader mail-reader-loading">
        {back}
        <Skeleton active avatar paragraph={{ rows: 8 }} />
      </div>
    );
  }
  return (
    <article aria-label={message.subject || t('(no subject)')} className="mail-reader">
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
          <MessageActions organising={acting} rows={[message]} />
        )}
        <OutgoingNotice message={message} organising={organising} />
        <People message={message} />
        <Attachments message={message} />
        {!message.readOnly && <Notes key={message.id} message={message} />}
      </header>
      <MailBody key={message.id} message={message} />
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

function People({ message }: { message: Message }) {
  const { t, language } = useLane();
  const [open, setOpen] = useState(false);
  const sender: Person = message.fromUser ?? { address: message.from ?? null };
  const to = message.toUsers ?? [];
  const cc = message.ccUsers ?? [];
  return (
    <div className="mail-people">
      <Avatar size={40} style={{ background: `hsl(${hueOf(sender.address ?? '')} 45% 45%)` }}>
        {initials(sender)}
      </Avatar>
      <div className="mail-people-text">
        <div>
          <Typography.Text strong>{personName(sender)}</Typography.Text>
          {sender.name && sender.address && (
            <Typography.Text type="secondary">{` <${sender.address}>`}</Typography.Text>
          )}
        </div>
        <button aria-expanded={open} className="mail-recipients" onClick={() => setOpen(!open)} type="button">
          {open ? (
            <>
              <PeopleLine label={t('To')} people={to} />
              <PeopleLine label={t('Cc')} people={cc} />
              <span>{t('In {{mailbox}}', { mailbox: message.email })}</span>
            </>
          ) : (
            t('to {{people}}', { people: [...to, ...cc].map(personName).join(', ') || message.email })
          )}
        </button>
      </div>
      <time className="mail-small mail-faint" dateTime={message.date ?? undefined}>
        {longDate(message.date, language())}
      </time>
    </div>
  );
}

function PeopleLine({ label, people }: { label: string; people: Person[] }) {
  if (people.length === 0) return null;
  const text = people.map(({ name, address }) =>
    name && address ? `${name} <${address}>` : (address ?? name),
  );
  return (
    <span>
      <b>{label}</b> {text.join(', ')}
    </span>
  );
}
