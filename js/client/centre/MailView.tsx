import React, { useCallback, useRef, useState } from 'react';
import { App } from 'antd';
import { BulkPane } from '../bulk/BulkPane';
import { useCompose } from '../compose/context';
import { useComposeKeys } from '../compose/keys';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import {
  type Account,
  type BoxType,
  isEdited,
  type Member,
  type MessageRow,
  type UnstoredMessage,
} from '../host/types';
import { announceChange, useMailChanges } from '../shared/changes';
import { useLoad } from '../shared/useLoad';
import { TroubledMailboxes } from '../accounts/TroubledMailboxes';
import { ListPane } from './ListPane';
import { MailboxTree } from './MailboxTree';
import type { RowAction } from './organise/RowParts';
import { ShortcutDialogs } from './organise/ShortcutDialogs';
import { useOrganising } from './organise/useOrganising';
import { useSelection } from './organise/useSelection';
import { useShortcuts } from './organise/useShortcuts';
import { changeByOne, isAllRead } from './organise/wish';
import { arrives, isBox, type Place, START } from './place';
import { PaneDivider } from './PaneDivider';
import { NothingOpen, Reader, UnstoredReader } from './Reader';
import { TreeLabels } from './TreeLabels';
import { TreeMarks } from './TreeMarks';
import { useAdvance } from './useAdvance';
import { useMessages } from './useMessages';
import { usePaneWidths } from './usePaneWidths';
import { useSearchText } from './useSearchText';
import { useWalk } from './useWalk';

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
  const [text, setText] = useSearchText(place);
  const [unstored, setUnstored] = useState<UnstoredMessage>();
  const pages = useMessages(place, unreadOnly, text);
  const folders = useFolders();
  const { sync, syncing } = useSync(reloadAccounts);
  const narrow = width < NARROW;
  const widths = usePaneWidths(width);
  const isBulk = place.box === 'mass' && place.member === null && isBox(place) && !text;
  const pane = !narrow ? 'all' : place.message || unstored ? 'reader' : showsTree ? 'tree' : 'list';

  const goTo = (change: Partial<Place>) => {
    setShowsTree(false);
    setText('');
    setUnstored(undefined);
    go({ ...START, ...change });
  };
  const chooseMember = (member: number, box: BoxType) => goTo({ member, box });
  const choose = (mailbox: string | null, box: BoxType) => goTo({ mailbox, box });
  // In one pane "back" must lead to the list; beside the list it must not walk through everything that was read.
  const compose = useCompose();
  const open = useStable((row: MessageRow) => {
    if (isEdited(row)) return compose.editDraft(row.id);
    setUnstored(undefined);
    go({ message: row.id }, { replace: !narrow });
  });
  const openUnstored = (message: UnstoredMessage) => {
    if (place.message !== null) close();
    setUnstored(message);
  };
  const close = () => go({ message: null }, { replace: true });
  const search = (wanted: string) => {
    setText(wanted);
    setUnstored(undefined);
  };
  const selection = useSelection(pages);
  const leave = (gone: Set<number>) => {
    selection.drop(gone);
    return advance(gone);
  };
  const leaveLabel = useStable((label: number) => {
    if (place.label === label) goTo({});
  });
  const organising = useOrganising(pages, place, text !== '', leave, leaveLabel);
  const walk = useWalk(pages, place.message, (row) => {
    // A draft would be gone on with, which takes more than passing it.
    if (isEdited(row)) return false;
    setUnstored(undefined);
    go({ message: row.id }, { replace: true });
    return true;
  });
  const step = (steps: number) => {
    if (place.message === null || !pages.count) return false;
    const index = walk.moveTo(walk.after(steps));
    // No list asks for it where the reader stands alone.
    if (!pages.row(index)) pages.show(index, index);
    return true;
  };
  // A filter or a search can leave out the open email; its keys work all the same.
  const shown = useRef<MessageRow>();
  const opened = () => {
    const id = place.message;
    if (id === null) return undefined;
    return pages.rowWith(id) ?? (shown.current?.id === id ? shown.current : undefined);
  };
  const marked = () => (walk.active === undefined ? undefined : pages.rowWith(walk.active));
  const current = () => (place.message === null || walk.leads() ? marked() : opened());
  const shortcuts = useShortcuts(organising, selection, current, step);
  const advance = useAdvance({
    ...{ pages, walk, current, narrow, opened: place.message, isElsewhere: unstored !== undefined },
    show: (message, options) => go({ message }, options),
  });
  // What is answered is the open email, whichever one of its conversation that is.
  useComposeKeys(place.mailbox, () => {
    const row = current();
    if (!row || place.message === null || opened()?.id !== row.id) return row;
    return { ...row, id: place.message };
  });
  const act = useStable((row: MessageRow, action: RowAction) => {
    if (action === 'check') selection.toggle(row.id);
    else if (action === 'check-range') selection.extend(row.id);
    else if (action === 'read') organising.apply([row], { isRead: !isAllRead(row) });
    else if (action === 'star') organising.apply([row], { isStarred: !row.isStarred });
    else organising.apply([row], { boxType: action });
  });
  const onShow = useCallback((row: MessageRow) => {
    shown.current = row;
  }, []);

  // A search goes through all boxes.
  const listed = text ? null : place;
  return (
    <div className={`mail-panes is-${pane}`} style={widths.style}>
      {(pane === 'all' || pane === 'tree') && (
        <MailboxTree
          accounts={accounts}
          folders={folders}
          members={members}
          onAccounts={() => go({ view: 'accounts', message: null })}
          onChoose={choose}
          onChooseFolder={(mailbox, folder) => goTo({ mailbox, folder })}
          onChooseMember={chooseMember}
          onSync={() => void sync()}
          marked={listed}
          place={place}
          syncing={syncing}
        >
          <TreeMarks
            folders={folders}
            onStatus={(status) => goTo({ status })}
            marked={listed}
            onTodo={() => goTo({ todo: true })}
          />
          <TreeLabels
            folders={folders}
            onLabel={(label) => goTo({ label })}
            marked={listed}
            organising={organising}
          />
        </MailboxTree>
      )}
      {pane === 'all' && <PaneDivider pane="tree" widths={widths} />}
      {isBulk && pane !== 'tree' && (
        <BulkPane
          accountId={accounts.find(({ email }) => email === place.mailbox)?.id}
          key={place.mailbox}
          mailbox={place.mailbox}
          onMenu={narrow ? () => setShowsTree(true) : undefined}
        />
      )}
      {!isBulk && (pane === 'all' || pane === 'list') && (
        <ListPane
          arrives={arrives(place, accounts)}
          folders={folders}
          narrow={narrow}
          notice={
            place.member === null && (
              <TroubledMailboxes
                accounts={accounts}
                mailbox={place.mailbox}
                onAccounts={() => go({ view: 'accounts', message: null })}
              />
            )
          }
          owner={members.find(({ id }) => id === place.member)?.nickname}
          onAction={act}
          onMenu={() => setShowsTree(true)}
          onOpen={open}
          onOpenUnstored={openUnstored}
          onSearch={search}
          organising={organising}
          pages={pages}
          place={place}
          selection={selection}
          setUnreadOnly={setUnreadOnly}
          text={text}
          unreadOnly={unreadOnly}
          walk={walk}
        />
      )}
      {!isBulk && pane === 'all' && <PaneDivider pane="list" widths={widths} />}
      {!isBulk && place.message !== null && (pane === 'all' || pane === 'reader') && (
        <Reader
          id={place.message}
          key={place.message}
          onBack={narrow ? close : undefined}
          onClose={close}
          onOpen={(message) => go({ message }, { replace: true })}
          onRead={(id, change) => pages.patch(id, changeByOne(pages.rowsOf([id])[0], change))}
          onShow={onShow}
          organising={organising}
          row={pages.rowsOf([place.message])[0]}
        />
      )}
      {place.message === null && unstored && (pane === 'all' || pane === 'reader') && (
        <UnstoredReader message={unstored} onClose={() => setUnstored(undefined)} />
      )}
      {!isBulk && place.message === null && !unstored && pane === 'all' && <NothingOpen />}
      <ShortcutDialogs
        onClose={shortcuts.close}
        opened={shortcuts.opened}
        organising={organising}
        rowsOf={(ids) => pages.rowsOf(ids)}
      />
    </div>
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
