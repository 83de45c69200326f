import React from 'react';
import { Button, Tooltip } from 'antd';
import { EditOutlined, ForwardOutlined, RollbackOutlined, TeamOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import type { MessageRow } from '../host/types';
import { useCompose } from './context';
import { OutboxButton } from './Outbox';
import type { Mode } from './types';

/** Reply, reply all and forward, for one email. */
export function AnswerButtons({ message }: { message: MessageRow }) {
  const { t } = useLane();
  const { answer, ready } = useCompose();
  if (!ready || message.readOnly || !message.mailId) return null;
  const button = (mode: Mode, title: string, icon: React.ReactNode) => (
    <Tooltip title={title}>
      <Button aria-label={title} icon={icon} onClick={() => answer(message, mode)} type="text" />
    </Tooltip>
  );
  return (
    <>
      {button('reply', t('Reply'), <RollbackOutlined aria-hidden />)}
      {button('replyAll', t('Reply to all'), <TeamOutlined aria-hidden />)}
      {button('forward', t('Forward'), <ForwardOutlined aria-hidden />)}
    </>
  );
}

/** Above the mailboxes. */
export function ComposeButtons({ mailbox }: { mailbox: string | null }) {
  const { t } = useLane();
  const { write, ready } = useCompose();
  if (!ready) return null;
  return (
    <>
      <Button block icon={<EditOutlined aria-hidden />} onClick={() => write(mailbox)} type="primary">
        {t('New mail')}
      </Button>
      <OutboxButton />
    </>
  );
}
