import { BOX_TYPES, type BoxType } from '../host/types';

/** Where the user is in the Email centre. It is kept in the address, so that back, reload and links work. */
export interface Place {
  view: 'mail' | 'accounts';
  box: BoxType;
  /** The address of a mailbox; `null` means all of them. */
  mailbox: string | null;
  /** The open message. */
  message: number | null;
}

export const CENTRE_PATH = '/admin/mail';

export function readPlace(search: string): Place {
  const query = new URLSearchParams(search);
  const box = query.get('box');
  const message = Number(query.get('message'));
  return {
    view: query.get('view') === 'accounts' ? 'accounts' : 'mail',
    box: BOX_TYPES.find((type) => type === box) ?? 'in',
    mailbox: query.get('mailbox') || null,
    message: Number.isSafeInteger(message) && message > 0 ? message : null,
  };
}

/** The path of a place; what is as by default is left out. */
export function pathOf(place: Place): string {
  const query = new URLSearchParams();
  if (place.view === 'accounts') query.set('view', 'accounts');
  if (place.box !== 'in') query.set('box', place.box);
  if (place.mailbox) query.set('mailbox', place.mailbox);
  if (place.message) query.set('message', String(place.message));
  const text = query.toString();
  return text ? `${CENTRE_PATH}?${text}` : CENTRE_PATH;
}

/** The filter of `mailMessages:listPerson` that lists what a place shows. */
export function filterOf(place: Place, unreadOnly: boolean): Record<string, unknown> {
  return {
    boxType: { $in: [place.box] },
    ...(place.mailbox && { email: place.mailbox }),
    ...(unreadOnly && { isRead: false }),
  };
}
