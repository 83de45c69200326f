import React, { useState } from 'react';
import { Button, Tooltip } from 'antd';
import { EditOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import type { MessageRow } from '../host/types';
import { ForwardIcon, ReplyAllIcon, ReplyIcon } from '../shared/icons';
import { useCompose } from './context';
import { OutboxButton } from './Outbox';
import type { Mode } from './types';

interface AnswerProps {
  message: MessageRow;
  /** Called once a draft of the provider has become one of this site, and is in the trash there. */
  onTakenOver?: (() => void) | undefined;
}

/** Reply, reply all and forward, for one email; a draft of the provider is gone on with. */
export function AnswerButtons({ message, onTakenOver }: AnswerProps) {
  const answers = useAnswers(message);
  if (!answers) return null;
  if (isTheirDraft(message)) return <EditButton id={message.id} onTakenOver={onTakenOver} />;
  return answers.map(({ mode, title, icon, run }) => (
    <Tooltip key={mode} title={title}>
      <Button aria-label={title} className="mail-answer" icon={icon} onClick={run} type="text">
        <span className="mail-answer-name">{title}</span>
      </Button>
    </Tooltip>
  ));
}

/** The same below what was read. */
export function AnswerRow({ message }: { message: MessageRow }) {
  const { t } = useLane();
  const answers = useAnswers(message);
  if (!answers || isTheirDraft(message)) return null;
  return (
    <footer aria-label={t('Answer')} className="mail-answers" role="group">
      {answers.map(({ mode, title, icon, run }) => (
        <Button icon={icon} key={mode} onClick={run}>
          {title}
        </Button>
      ))}
    </footer>
  );
}

function isTheirDraft({ isDraft, boxType }: MessageRow): boolean {
  return Boolean(isDraft) && boxType === 'draft';
}

/** How an email can be answered, where it can be. */
function useAnswers(message: MessageRow) {
  const { t } = useLane();
  const { answer, ready } = useCompose();
  if (!ready || message.readOnly || !message.mailId) return undefined;
  const way = (mode: Mode, title: string, icon: React.ReactNode) => ({
    ...{ mode, title, icon },
    run: () => answer(message, mode),
  });
  return [
    way('reply', t('Reply'), <ReplyIcon />),
    way('replyAll', t('Reply to all'), <ReplyAllIcon />),
    way('forward', t('Forward'), <ForwardIcon />),
  ];
}

function EditButton({ id, onTakenOver }: { id: number } & Pick<AnswerProps, 'onTakenOver'>) {
  const { t } = useLane();
  const { takeOverDraft } = useCompose();
  const [busy, setBusy] = useState(false);
  const edit = async () => {
    setBusy(true);
    const isHere = await takeOverDraft(id);
    setBusy(false);
    if (isHere) onTakenOver?.();
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
