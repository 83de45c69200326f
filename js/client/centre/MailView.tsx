import React, { useCallback, useState } from 'react';
import { App, Button, Segmented, Typography } from 'antd';
import { MenuOutlined } from '@ant-design/icons';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { Account, BoxType, Member, MessageRow } from '../host/types';
import { announceChange, useMailChanges } from '../shared/changes';
import { amount } from '../shared/format';
import { useLoad } from '../shared/useLoad';
import { BOX_NAMES } from './boxes';
import { MailboxTree } from './MailboxTree';
import { MessageList } from './MessageList';
import type { Place } from './place';
import { NothingOpen, Reader } from './Reader';
import { useMessages } from './useMessages';

/** Below this width there is room for one pane only, in pixels. */
const NARROW = 700;

interface Props {
  accounts: Account[];
  members: Member[];
  reloadAccounts: () => Promise<void>;
  place: Place;
  width: number;
  go: (change: Partial<Place>, options?: { replace?: boolean }) => void;
}

/** Mailboxes, list and reader side by side, or one at a time where it is narrow. */
export function MailView({ accounts, members, reloadAccounts, place, width, go }: Props) {
  const [unreadOnly, setUnreadOnly] = useState(false);
  const [showsTree, setShowsTree] = useState(false);
  const pages = useMessages(place, unreadOnly);
  const folders = useFolders();
  const { sync, syncing } = useSync(reloadAccounts);
  const narrow = width < NARROW;
  const pane = !narrow ? 'all' : place.message ? 'reader' : showsTree ? 'tree' : 'list';

  const choose = (mailbox: string | null, box: BoxType) => {
    setShowsTree(false);
    go({ mailbox, member: null, box, message: null });
  };
  const chooseMember = (member: number, box: BoxType) => {
    setShowsTree(false);
    go({ mailbox: null, member, box, message: null });
  };
  // In one pane "back" must lead to the list; beside the list it must not walk through everything that was read.
  const open = useStable((row: MessageRow) => go({ message: row.id }, { replace: !narrow }));
  const close = () => go({ message: null }, { replace: true });

  return (
    <div className={`mail-panes is-${pane}`}>
      {(pane === 'all' || pane === 'tree') && (
        <MailboxTree
          accounts={accounts}
          folders={folders}
          members={members}
          onAccounts={() => go({ view: 'accounts', message: null })}
          onChoose={choose}
          onChooseMember={chooseMember}
          onSync={() => void sync()}
          place={place}
          syncing={syncing}
        />
      )}
      {(pane === 'all' || pane === 'list') && (
        <ListPane
          narrow={narrow}
          owner={members.find(({ id }) => id === place.member)?.nickname}
          onMenu={() => setShowsTree(true)}
          onOpen={open}
          pages={pages}
          place={place}
          setUnreadOnly={setUnreadOnly}
          unreadOnly={unreadOnly}
        />
      )}
      {place.message !== null && (pane === 'all' || pane === 'reader') && (
        <Reader
          id={place.message}
          key={place.message}
          onBack={narrow ? close : undefined}
          onClose={close}
          onRead={(id, change) => pages.patch(id, change)}
        />
      )}
      {place.message === null && pane === 'all' && <NothingOpen />}
    </div>
  );
}

interface ListPaneProps {
  pages: ReturnType<typeof useMessages>;
  place: Place;
  /** Whose mail it is, where it is another's. */
  owner: string | undefined;
  narrow: boolean;
  unreadOnly: boolean;
  setUnreadOnly: (value: boolean) => void;
  onMenu: () => void;
  onOpen: (row: MessageRow) => void;
}

function ListPane({ pages, place, owner, narrow, unreadOnly, setUnreadOnly, onMenu, onOpen }: ListPaneProps) {
  const { t, language } = useLane();
  const name = t(BOX_NAMES[place.box]);
  return (
    <section aria-label={name} className="mail-list-pane">
      <header className="mail-list-head">
        {narrow && (
          <Button aria-label={t('Mailboxes')} icon={<MenuOutlined />} onClick={onMenu} type="text" />
        )}
        <div className="mail-list-title">
          <Typography.Title level={5}>{name}</Typography.Title>
          <span className="mail-small mail-faint mail-ellipsis">
            {place.member ? (owner ?? t('somebody else')) : (place.mailbox ?? t('All mailboxes'))}
            {pages.count !== undefined && ` · ${amount(pages.count, language())}`}
          </span>
        </div>
        <Segmented
          onChange={(value) => setUnreadOnly(value === 'unread')}
          options={[
            { label: t('All'), value: 'all' },
            { label: t('Unread'), value: 'unread' },
          ]}
          size="small"
          value={unreadOnly ? 'unread' : 'all'}
        />
      </header>
      <MessageList
        emptyText={unreadOnly ? t('Everything here has been read') : t('There are no emails here')}
        key={`${place.member ?? ''}/${place.mailbox ?? ''}/${place.box}/${unreadOnly}`}
        label={name}
        onOpen={onOpen}
        pages={pages}
        selected={place.message}
      />
    </section>
  );
}

function useFolders() {
  const actions = useActions();
  const { value, reload } = useLoad(actions.folders);
  useMailChanges(() => void reload());
  return value ?? [];
}

/** "Sync emails": all mailboxes at once. */
function useSync(reloadAccounts: () => Promise<void>) {
  const { say } = useLane();
  const actions = useActions();
  const { message } = App.useApp();
  const [syncing, setSyncing] = useState(false);
  const sync = async () => {
    setSyncing(true);
    try {
      await actions.syncNow([]);
      announceChange();
      await reloadAccounts();
    } catch (error) {
      message.error(say((error as MailError).message));
    } finally {
      setSyncing(false);
    }
  };
  return { sync, syncing };
}

/** The same function for as long as the component lives, which always does what the newest one would. */
function useStable<Arguments extends unknown[]>(work: (...values: Arguments) => void) {
  const newest = React.useRef(work);
  newest.current = work;
  return useCallback((...values: Arguments) => newest.current(...values), []);
}
