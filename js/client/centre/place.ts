import { type Account, BOX_TYPES, type BoxType, isFirstSync, isOurs } from '../host/types';

/** Where the user is in the Email centre. It is kept in the address, so that back, reload and links work. */
export interface Place {
  view: 'mail' | 'accounts';
  box: BoxType;
  /** Everything to do, or everything with a label, instead of a box. */
  todo: boolean;
  label: number | null;
  /** Likewise everything that is unread or starred. */
  status: Status | null;
  /** Likewise one of the mailbox's folders, by its provider's id. */
  folder: string | null;
  /** The address of a mailbox; `null` means all of them. */
  mailbox: string | null;
  /** Somebody whose mail is shown instead of the user's own. */
  member: number | null;
  /** The open message. */
  message: number | null;
}

export const STATUSES = ['unread', 'starred'] as const;

export type Status = (typeof STATUSES)[number];

/** The list that goes by its box alone, where a place begins. */
export const START: Omit<Place, 'view'> = {
  box: 'in',
  todo: false,
  label: null,
  status: null,
  folder: null,
  mailbox: null,
  member: null,
  message: null,
};

export const CENTRE_PATH = '/admin/mail';

export function readPlace(search: string): Place {
  const query = new URLSearchParams(search);
  const box = query.get('box');
  const status = query.get('status');
  const mailbox = query.get('mailbox') || null;
  return {
    view: query.get('view') === 'accounts' ? 'accounts' : 'mail',
    box: BOX_TYPES.find((type) => type === box) ?? 'in',
    mailbox,
    member: id(query.get('member')),
    message: id(query.get('message')),
    todo: query.get('todo') === '1',
    label: id(query.get('label')),
    status: STATUSES.find((each) => each === status) ?? null,
    // A folder's id means nothing without its mailbox.
    folder: (mailbox && query.get('folder')) || null,
  };
}

function id(text: string | null): number | null {
  const number = Number(text);
  return Number.isSafeInteger(number) && number > 0 ? number : null;
}

/** The path of a place; what is as by default is left out. */
export function pathOf(place: Place): string {
  const query = new URLSearchParams();
  if (place.view === 'accounts') query.set('view', 'accounts');
  if (place.box !== 'in') query.set('box', place.box);
  if (place.member) query.set('member', String(place.member));
  if (place.todo) query.set('todo', '1');
  if (place.label) query.set('label', String(place.label));
  if (place.status) query.set('status', place.status);
  if (place.folder) query.set('folder', place.folder);
  if (place.mailbox) query.set('mailbox', place.mailbox);
  if (place.message) query.set('message', String(place.message));
  const text = query.toString();
  return text ? `${CENTRE_PATH}?${text}` : CENTRE_PATH;
}

/** The filter that lists what a place shows. A search looks into all boxes of its mailboxes. */
export function filterOf(place: Place, unreadOnly: boolean, searches = false): Record<string, unknown> {
  return {
    ...(!searches && whereabouts(place)),
    ...(place.member && { userId: place.member }),
    ...(place.mailbox && { email: place.mailbox }),
    ...(unreadOnly && { isRead: false }),
  };
}

function whereabouts({ todo, label, status, folder, box }: Place): Record<string, unknown> {
  if (todo) return { isTodo: true };
  if (label) return { 'labels.id': { $in: [label] } };
  if (status) return { ...(status === 'unread' ? { isRead: false } : { isStarred: true }), ...KEPT };
  if (folder) return { folderIds: { $anyOf: [folder] }, ...KEPT };
  return { boxType: { $in: [box] } };
}

/** Labels and stars stay at what is in the bin, but nobody looks for it there. */
const KEPT = { boxType: { $notIn: ['trash', 'spam'] } };

/** Whether a place is a box, of this mailbox or of all of them. */
export function isBox(place: Place): boolean {
  return !place.todo && !place.label && !place.status && !place.folder;
}

/** Whether a first synchronisation is on its way that can bring what a place shows. */
export function arrives({ box, mailbox, member, todo, label }: Place, accounts: Account[]): boolean {
  // What has been made here is here already.
  if (member !== null || todo || label !== null || isOurs(box)) return false;
  return accounts.some((account) => (mailbox ?? account.email) === account.email && isFirstSync(account));
}
