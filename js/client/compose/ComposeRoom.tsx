import React, { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { App, Button } from 'antd';
import { pathOf, readPlace } from '../centre/place';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import type { Account } from '../host/types';
import { announceChange, useMailChanges } from '../shared/changes';
import { useLoad } from '../shared/useLoad';
import { useComposeActions } from './actions';
import css from './compose.css';
import { ComposerWindow } from './ComposerWindow';
import { type Compose, ComposeProvider, type Seed } from './context';
import editorCss from './editor.css';
import { liveComposers } from './live';
import { type Opened, withOneMore } from './opened';
import { Outbox } from './Outbox';
import partsCss from './parts.css';
import { sendersOf } from './senders';
import type { Accepted, Letter, SavedDraft, WritingAccount } from './types';
import { uniqueName } from './unique';
import { takeUnsaved } from './unsaved';
import { UNDO_SECONDS } from './useSending';
import { useTroubleNotice } from './useTroubleNotice';

interface Props {
  accounts: Account[];
  reloadAccounts: () => Promise<void>;
  children: React.ReactNode;
}

/** Around the Email centre: the composers, which stay open wherever one goes inside, and the outbox. */
export function ComposeRoom({ accounts, reloadAccounts, children }: Props) {
  const { t, say, navigate, useSearch } = useLane();
  const app = App.useApp();
  const actions = useComposeActions();
  const writing = accounts as WritingAccount[];
  const senders = useMemo(() => sendersOf(accounts as WritingAccount[]), [accounts]);
  const [opened, setOpened] = useState<Opened[]>([]);
  const [showsOutbox, setShowsOutbox] = useState(false);
  const outbox = useOutbox(showsOutbox, () => setShowsOutbox(true));
  // The host's notifications lead here. The address forgets it, so that neither a reload nor a link opens the outbox again.
  const search = useSearch();
  useEffect(() => {
    if (new URLSearchParams(search).get('outbox') !== '1') return;
    setShowsOutbox(true);
    navigate(pathOf(readPlace(search)), { replace: true });
  }, [navigate, search]);
  const discard = useDiscard((letter) => openSeed({ kind: 'letter', letter }));

  const openSeed = useCallback(
    (seed: Seed, name = uniqueName()) => {
      setOpened((before) => {
        const after = withOneMore(before, name, seed);
        if (!after) {
          app.message.info({
            key: 'mail-composers',
            content: t('Finish or close one of the open emails first.'),
          });
        }
        return after ?? before;
      });
    },
    [app, t],
  );
  const takeBack = (id: number) => openSeed({ kind: 'draft', id, takenBack: true });
  const takeOverDraft = async (id: number) => {
    try {
      takeBack(await actions.takeOverDraft(id));
      return true;
    } catch (error) {
      app.message.error(say((error as MailError).message));
      return false;
    } finally {
      announceChange();
    }
  };
  const close = (name: string) => setOpened((before) => before.filter((each) => each.name !== name));

  const recovered = useRef(false);
  const isReady = senders.length > 0;
  useEffect(() => {
    if (!isReady || recovered.current) return;
    recovered.current = true;
    const own = senders.map(({ account }) => account);
    const live = liveComposers(own);
    setOpened(live.map((name) => ({ name, seed: { kind: 'live', name } })));
    // What the live ones have not saved is theirs.
    for (const { name, ...unsaved } of takeUnsaved(live))
      if (own.includes(unsaved.letter.account)) openSeed({ kind: 'letter', ...unsaved }, name);
  }, [isReady, openSeed, senders]);

  const compose: Compose = {
    ready: isReady,
    outbox: outbox.entries,
    write: (mailbox) => openSeed({ kind: 'new', mailbox }),
    answer: ({ id }, mode) => openSeed({ kind: 'answer', id, mode }),
    editDraft: (id) => openSeed({ kind: 'draft', id }),
    takeOverDraft,
    takeBack,
    showOutbox: () => setShowsOutbox(true),
  };
  return (
    <ComposeProvider value={compose}>
      <style>{css + editorCss + partsCss}</style>
      {children}
      <div className="mail-composers">
        {opened.map(({ name, seed, minimised = false }, index) => (
          <ComposerWindow
            accounts={writing}
            // On a narrow page only the newest has room.
            behind={index < opened.length - 1}
            key={name}
            minimised={minimised}
            name={name}
            onClose={() => close(name)}
            onDiscard={(letter, draft) => {
              close(name);
              discard(letter, draft);
            }}
            onSent={(accepted, letter) => {
              close(name);
              outbox.sent(accepted, takeBack, () => openSeed({ kind: 'letter', letter }));
            }}
            reloadAccounts={reloadAccounts}
            seed={seed}
            senders={senders}
          />
        ))}
      </div>
      <Outbox onClose={() => setShowsOutbox(false)} open={showsOutbox} reload={outbox.reload} />
    </ComposeProvider>
  );
}

/** The outbox, kept up to date, and what is said about it while other things are done. */
function useOutbox(isOpen: boolean, show: () => void) {
  const { t, say } = useLane();
  const actions = useComposeActions();
  const app = App.useApp();
  const { value, reload } = useLoad(actions.outbox);
  useMailChanges(() => void reload());
  const entries = value ?? [];
  useTroubleNotice({ entries, reload, isOpen, show });

  /** @param edit opens the draft that it has become */
  const sent = ({ entry, bulk }: Accepted, edit: (draft: number) => void, writeAgain: () => void) => {
    void reload();
    announceChange();
    const key = entry ? `mail-sent-${entry.id}` : `mail-bulk-${bulk.id}`;
    const isScheduled = entry ? Boolean(entry.scheduleSendAt) : false;
    const undo = async () => {
      app.message.destroy(key);
      try {
        if (bulk) {
          await actions.cancelBulk(bulk.id);
          writeAgain();
          return;
        }
        const draft = await actions.cancel(entry.id, true);
        if (draft) edit(draft);
      } catch (error) {
        app.message.error(say((error as MailError).message));
      } finally {
        announceChange();
        void reload();
      }
    };
    void app.message.open({
      key,
      type: 'success',
      duration: UNDO_SECONDS,
      content: (
        <span className="mail-undo" role="status">
          {isScheduled ? t('Scheduled') : t('On its way')}
          <Button onClick={() => void undo()} size="small" type="link">
            {t('Undo')}
          </Button>
        </span>
      ),
    });
  };
  return { entries, reload, sent };
}

/** Discards a mail with a way back. */
function useDiscard(reopen: (letter: Letter) => void) {
  const { t, say } = useLane();
  const actions = useComposeActions();
  const app = App.useApp();
  return (letter: Letter, draft: SavedDraft | undefined) => {
    const remove = async () => {
      try {
        if (draft) await actions.discardDraft(draft.id);
      } catch (error) {
        // Gone is what it should be.
        if ((error as MailError).status !== 404) app.message.error(say((error as MailError).message));
      } finally {
        announceChange();
      }
    };
    const removed = remove();
    const key = 'mail-discarded';
    void app.message.open({
      key,
      duration: UNDO_SECONDS,
      content: (
        <span className="mail-undo" role="status">
          {t('Draft discarded')}
          <Button
            onClick={() => {
              app.message.destroy(key);
              void removed.then(() => reopen(letter));
            }}
            size="small"
            type="link"
          >
            {t('Undo')}
          </Button>
        </span>
      ),
    });
  };
}
