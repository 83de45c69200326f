import React, { useState } from 'react';
import { Button, Tooltip } from 'antd';
import { EditOutlined, ForwardOutlined, RollbackOutlined, TeamOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import type { MessageRow } from '../host/types';
import { useCompose } from './context';
import { OutboxButton } from './Outbox';
import type { Mode } from './types';

/** Reply, reply all and forward, for one email; a draft of the provider is gone on with. */
export function AnswerButtons({ message }: { message: MessageRow }) {
  const { t } = useLane();
  const { answer, ready } = useCompose();
  if (!ready || message.readOnly || !message.mailId) return null;
  if (message.isDraft && message.boxType === 'draft') return <EditButton id={message.id} />;
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

function EditButton({ id }: { id: number }) {
  const { t } = useLane();
  const { takeOverDraft } = useCompose();
  const [busy, setBusy] = useState(false);
  const edit = async () => {
    setBusy(true);
    await takeOverDraft(id);
    setBusy(false);
  };
  return (
    <Tooltip title={t('It becomes a draft of this site. The one at the provider goes to the trash.')}>
      <Button icon={<EditOutlined aria-hidden />} loading={busy} onClick={() => void edit()} type="primary">
        {t('Edit')}
      </Button>
    </Tooltip>
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
