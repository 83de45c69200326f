import React, { useCallback, useEffect, useRef, useState } from 'react';
import { App, Avatar, Button, Empty, Result, Skeleton, Tooltip, Typography } from 'antd';
import { ArrowLeftOutlined, MailOutlined, StarFilled } from '@ant-design/icons';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { Message, MessageRow, Person } from '../host/types';
import { announceChange } from '../shared/changes';
import { hueOf, initials, longDate, personName } from '../shared/format';
import { Problem } from '../shared/Problem';
import { useLoad } from '../shared/useLoad';
import { Attachments } from './Attachments';
import { OthersMail } from './Department';
import { MailBody } from './MailBody';

interface Props {
  id: number;
  onRead: (id: number, change: Partial<MessageRow>) => void;
  /** Shown where there is only one pane. */
  onBack?: (() => void) | undefined;
  onClose: () => void;
}

/** One mail. Opening it marks it read, here and at the provider. Draw it with the message's id as key. */
export function Reader({ id, onRead, onBack, onClose }: Props) {
  const { t } = useLane();
  const actions = useActions();
  const { value: message, error, reload } = useLoad(useCallback(() => actions.message(id), [actions, id]));
  const { setRead } = useReadMark(message, onRead);

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
            {message.subject || t('(no subject)')}
          </Typography.Title>
          {!message.readOnly && (
            <Tooltip title={t('Mark as unread')}>
              <Button
                aria-label={t('Mark as unread')}
                icon={<MailOutlined />}
                onClick={() => void setRead(false).then((done) => done && onClose())}
                type="text"
              />
            </Tooltip>
          )}
        </div>
        {message.readOnly && <OthersMail user={message.user} />}
        <People message={message} />
        <Attachments message={message} />
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

function useReadMark(message: Message | undefined, onRead: Props['onRead']) {
  const { say } = useLane();
  const actions = useActions();
  const app = App.useApp();
  const opened = useRef<number>();

  const setRead = async (isRead: boolean) => {
    if (!message) return false;
    try {
      await actions.setRead([message.mailId], isRead);
    } catch (error) {
      app.message.warning(say((error as MailError).message));
      return false;
    }
    onRead(message.id, { isRead });
    announceChange();
    return true;
  };

  // Once for a message: an unread mark set afterwards stays.
  const markOnOpen = () => {
    if (!message || opened.current === message.id) return;
    opened.current = message.id;
    if (!message.isRead && !message.isDraft && !message.readOnly) void setRead(true);
  };
  useEffect(markOnOpen);

  return { setRead };
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
