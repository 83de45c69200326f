import React from 'react';
import { Button, Tooltip } from 'antd';
import { BulbOutlined, CheckOutlined, CloudSyncOutlined, ExclamationCircleOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import type { DraftKeeper } from './useDraft';

interface HintProps {
  text: string;
  actions: { name: string; run: () => void }[];
}

/** One line that says something and gets in nobody's way. */
export function HintBar({ text, actions }: HintProps) {
  return (
    <div className="mail-bar" role="status">
      <BulbOutlined aria-hidden />
      <span>{text}</span>
      {actions.map(({ name, run }) => (
        <Button key={name} onClick={run} size="small" type="link">
          {name}
        </Button>
      ))}
    </div>
  );
}

/** Why it was not sent. */
export function ProblemBar({ problem }: { problem: string | undefined }) {
  if (!problem) return null;
  return (
    <div className="mail-bar is-error" role="alert">
      <ExclamationCircleOutlined aria-hidden />
      <span>{problem}</span>
    </div>
  );
}

/** The draft was changed, sent or discarded elsewhere: the writer chooses. */
export function ConflictBar({ draft, onOther }: { draft: DraftKeeper; onOther: () => void }) {
  const { t } = useLane();
  if (draft.state !== 'conflict') return null;
  const isGone = draft.error?.status === 404;
  return (
    <div className="mail-bar is-warning" role="alert">
      <ExclamationCircleOutlined aria-hidden />
      <span>
        {isGone
          ? t('This draft was sent or discarded in another window. What you write here is not saved.')
          : t(
              'This draft was changed in another window, and that version was saved. What you write here is not.',
            )}
      </span>
      {!isGone && (
        <Button onClick={onOther} size="small">
          {t('Show the other version')}
        </Button>
      )}
      <Button onClick={draft.saveAsNew} size="small">
        {t('Keep mine as a new draft')}
      </Button>
    </div>
  );
}

/** Whether what was written is safe. */
export function DraftMark({ draft }: { draft: DraftKeeper }) {
  const { t, say } = useLane();
  const { state, error } = draft;
  return (
    <span aria-live="polite" className="mail-draft-mark mail-small" data-draft={state}>
      {state === 'saved' && (
        <>
          <CheckOutlined aria-hidden /> {t('Saved')}
        </>
      )}
      {(state === 'unsaved' || state === 'saving') && (
        <>
          <CloudSyncOutlined aria-hidden /> {t('Saving…')}
        </>
      )}
      {state === 'failed' && (
        <Tooltip title={error && say(error.message)}>
          <span className="mail-compose-error">
            <ExclamationCircleOutlined aria-hidden /> {t('Not saved')}
          </span>
        </Tooltip>
      )}
    </span>
  );
}
