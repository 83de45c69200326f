import { type Label, type MessageRow, type MoveTargets, type Wish } from '../../host/types';
import type { Place } from '../place';

/** How a row looks once a wish is fulfilled, shown before the server has answered. */
export function fulfilled(
  row: MessageRow,
  wish: Wish,
  labels: Label[],
  targets: MoveTargets[],
): Partial<MessageRow> {
  const change: Partial<MessageRow> = {};
  if (wish.isRead !== undefined) {
    change.isRead = wish.isRead;
    change.relatedMessagesIsRead = wish.isRead;
  }
  if (wish.isStarred !== undefined) change.isStarred = wish.isStarred;
  if (wish.isTodo !== undefined) change.isTodo = wish.isTodo;
  const target = targets.find(({ accountId }) => accountId === row.accountId);
  const folder = target?.folders.find(({ id }) => id === wish.folderId);
  const box = folder?.boxType ?? wish.boxType ?? (wish.putBack ? (row.originalBoxType ?? 'in') : undefined);
  if (box) change.boxType = box;
  if (box && target && row.folderIds) {
    change.folderIds = foldersAfter(row.folderIds, wish.folderId, box, target);
  }
  if (wish.addLabels || wish.removeLabels) {
    const off = new Set([...(wish.addLabels ?? []), ...(wish.removeLabels ?? [])]);
    const kept = (row.labels ?? []).filter(({ id }) => !off.has(id));
    const added = labels.filter(({ id }) => wish.addLabels?.includes(id));
    change.labels = [...kept, ...added].sort((one, other) => one.label.localeCompare(other.label));
  }
  return change;
}

/** A label is put beside the others; of folders there is one, for a box the first of those in it. */
function foldersAfter(
  before: string[],
  named: string | undefined,
  box: string,
  { oneFolderEach, folders }: MoveTargets,
): string[] {
  if (!oneFolderEach) return named ? [...new Set([...before, named])] : before;
  const id = named ?? folders.find(({ boxType }) => boxType === box)?.id;
  return id ? [id] : [];
}

/**
 * Whether a row is no longer part of the list that a place shows. What was just read stays in a list of unread ones, and
 * a search finds what is in any box but the bin and junk mail.
 */
export function leaves(place: Place, row: MessageRow, searches = false): boolean {
  if (searches) return row.boxType === 'trash' || row.boxType === 'spam';
  if (place.todo) return !row.isTodo;
  if (place.label !== null) return !(row.labels ?? []).some(({ id }) => id === place.label);
  if (place.status || place.folder) {
    const isAway = row.boxType === 'trash' || row.boxType === 'spam';
    if (isAway || place.status === 'unread') return isAway;
    return place.status ? !row.isStarred : !(row.folderIds ?? []).includes(place.folder ?? '');
  }
  return row.boxType !== place.box;
}

/** Whether everything has been read that a row stands for. */
export function isAllRead(row: MessageRow): boolean {
  return row.relatedMessagesIsRead ?? row.isRead;
}

/**
 * The emails that a wish about a row is about. What is moved of a conversation is what stands in the row's own box: the
 * answers stay among the sent ones. A star and a to-do mark stand at the newest.
 */
export function idsFor(row: MessageRow, wish: Wish): number[] {
  const { idsInBox, relatedMessageIds } = row;
  if (wish.boxType || wish.folderId || wish.putBack) return idsInBox ?? [row.id];
  if (wish.isRead === true || wish.removeLabels) return relatedMessageIds ?? [row.id];
  return [row.id];
}

/**
 * Whether a row stands for no email beside those that a wish is about: the open email may be one of several. What is moved
 * takes the row along although the answers stay among the sent ones.
 */
export function standsFor(row: MessageRow | undefined, ids: number[], wish: Wish): boolean {
  if ((row?.relatedMessageCount ?? 1) === 1) return true;
  const moves = wish.boxType ?? wish.folderId ?? wish.putBack;
  return moves !== undefined && row?.idsInBox?.every((id) => ids.includes(id)) === true;
}

/** The change of a row when one email of it changes. */
export function changeByOne(row: MessageRow | undefined, change: Partial<MessageRow>): Partial<MessageRow> {
  const isAlone = (row?.relatedMessageCount ?? 1) === 1;
  const { isRead } = change;
  if (isAlone) return { ...change, ...(isRead !== undefined && { relatedMessagesIsRead: isRead }) };
  const { isStarred, isTodo } = change;
  return {
    ...(isStarred !== undefined && { isStarred }),
    ...(isTodo !== undefined && { isTodo }),
    ...(isRead === false && { isRead, relatedMessagesIsRead: false }),
  };
}

/** What undoes a wish; `undefined` where nothing needs a way back. */
export function undoing(wish: Wish): Wish | undefined {
  return wish.boxType ? { putBack: true } : undefined;
}

export type Command =
  | 'archive'
  | 'trash'
  | 'unread'
  | 'star'
  | 'select'
  | 'labels'
  | 'move'
  | 'search'
  | 'help'
  | 'walk'
  | 'leave';

const KEYS: Record<string, Command> = {
  e: 'archive',
  '#': 'trash',
  u: 'unread',
  s: 'star',
  x: 'select',
  l: 'labels',
  v: 'move',
  j: 'walk',
  k: 'walk',
  '/': 'search',
  '?': 'help',
  Escape: 'leave',
};

/** The keys with what they do, as the help shows them. */
export const SHORTCUTS: { keys: string; text: string }[] = [
  { keys: 'j / k', text: 'Next or previous email' },
  { keys: 'Enter', text: 'Open the email' },
  { keys: 'x', text: 'Select the email' },
  { keys: 'e', text: 'Archive' },
  { keys: '#', text: 'Move to trash' },
  { keys: 'u', text: 'Mark as unread' },
  { keys: 's', text: 'Star' },
  { keys: 'c', text: 'New mail' },
  { keys: 'r / a / f', text: 'Reply, reply to all or forward' },
  { keys: 'l', text: 'Labels' },
  { keys: 'v', text: 'Move to' },
  { keys: '/', text: 'Search emails' },
  { keys: 'Alt + ↑ / ↓', text: 'Make the chosen picture in a text larger or smaller' },
  { keys: 'Esc', text: 'Clear the selection' },
  { keys: '?', text: 'Show this help' },
];

interface Pressed {
  key: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  target: EventTarget | null;
}

/** The command of a key, unless it is typed into something or belongs to the browser. */
export function commandOf({ key, altKey, ctrlKey, metaKey, target }: Pressed): Command | undefined {
  if (altKey || ctrlKey || metaKey) return undefined;
  const element = target as { closest?: (selector: string) => unknown } | null;
  const types = 'input, textarea, select, [contenteditable], [role=dialog], [role=menu]';
  return element?.closest?.(types) ? undefined : KEYS[key];
}
