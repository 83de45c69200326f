import React, { useEffect, useRef, useState } from 'react';
import { Button, Skeleton, Tooltip } from 'antd';
import {
  CloseOutlined,
  CompressOutlined,
  ExpandOutlined,
  MinusOutlined,
  UpOutlined,
} from '@ant-design/icons';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { Problem } from '../shared/Problem';
import { Composer } from './Composer';
import type { Seed } from './context';
import { type Start, useStart } from './letter';
import type { Sender } from './senders';
import type { Accepted, Letter, SavedDraft, WritingAccount } from './types';

export interface WindowProps {
  name: string;
  seed: Seed;
  accounts: WritingAccount[];
  senders: Sender[];
  behind: boolean;
  /** Opens as a title. */
  minimised: boolean;
  reloadAccounts: () => Promise<void>;
  onClose: () => void;
  onDiscard: (letter: Letter, draft: SavedDraft | undefined) => void;
  onSent: (accepted: Accepted, letter: Letter) => void;
}

/** A composer in its frame: docked at the bottom, over the whole page, or only its title. */
export function ComposerWindow(props: WindowProps) {
  const { seed, behind, onClose } = props;
  const { t } = useLane();
  const [size, setSize] = useState<'docked' | 'full' | 'minimised'>(props.minimised ? 'minimised' : 'docked');
  const [subject, setSubject] = useState('');
  const [start, setStart] = useState<Start>();
  const [error, setError] = useState<MailError>();
  const [attempt, setAttempt] = useState(0);
  const load = useStart(props.accounts, props.senders);
  const loadOnce = useRef(load);
  loadOnce.current = load;
  const closing = useRef<() => void>();
  const frame = useRef<HTMLElement>(null);
  const before = useRef<Element | null>(document.activeElement);

  useEffect(() => {
    let wanted = true;
    setError(undefined);
    loadOnce.current(seed).then(
      (found) => wanted && setStart(found),
      (caught: unknown) => wanted && setError(caught as MailError),
    );
    return () => {
      wanted = false;
    };
  }, [seed, attempt]);

  // Whoever closes it goes on where they were.
  useEffect(() => {
    const { current } = before;
    return () => {
      if (current instanceof HTMLElement && document.contains(current)) current.focus();
    };
  }, []);

  const title = subject.trim() || t('New mail');
  const minimised = size === 'minimised';
  const restore = () => setSize('docked');
  const close = () => (closing.current ?? onClose)();
  const frameButton = (name: string, icon: React.ReactNode, onClick: () => void) => (
    <Tooltip mouseEnterDelay={0.5} title={name}>
      <Button aria-label={name} icon={icon} onClick={onClick} size="small" type="text" />
    </Tooltip>
  );
  return (
    <section
      aria-label={title}
      className={`mail-composer is-${size} ${behind ? 'is-behind' : ''}`}
      onKeyDown={(event) => {
        if (
          event.key !== 'Escape' ||
          event.defaultPrevented ||
          // It only closes the suggestions of what is being typed.
          event.nativeEvent.isComposing ||
          !frame.current?.contains(event.target as Node)
        )
          return;
        event.stopPropagation();
        setSize('minimised');
      }}
      ref={frame}
      role="dialog"
    >
      <header
        className="mail-composer-head"
        onDoubleClick={() => setSize(minimised ? 'docked' : 'minimised')}
      >
        {minimised ? (
          <button className="mail-composer-title" onClick={restore} type="button">
            {title}
          </button>
        ) : (
          <h2 className="mail-composer-title">{title}</h2>
        )}
        {minimised
          ? frameButton(t('Restore'), <UpOutlined aria-hidden />, restore)
          : frameButton(t('Minimise'), <MinusOutlined aria-hidden />, () => setSize('minimised'))}
        <span className="mail-composer-size">
          {size === 'full'
            ? frameButton(t('Smaller'), <CompressOutlined aria-hidden />, restore)
            : frameButton(t('Over the whole page'), <ExpandOutlined aria-hidden />, () => setSize('full'))}
        </span>
        {frameButton(t('Save and close'), <CloseOutlined aria-hidden />, close)}
      </header>
      <div className="mail-composer-body" hidden={minimised}>
        {error && <Problem error={error} retry={() => setAttempt(attempt + 1)} />}
        {!error && !start && <Skeleton active className="mail-editor-loading" />}
        {start && <Composer {...props} closing={closing} onSubject={setSubject} start={start} />}
      </div>
    </section>
  );
}
