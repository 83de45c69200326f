import { BOX_TYPES, type BoxType, type MailboxFolders } from '../host/types';

export const BOX_NAMES: Record<BoxType, string> = {
  in: 'Inbox',
  out: 'Sent',
  scheduled: 'Scheduled',
  mass: 'Bulk emails',
  draft: 'Drafts',
  archive: 'Archive',
  spam: 'Spam',
  trash: 'Trash',
};

export interface BoxCount {
  total: number;
  unread: number;
}

/** The counts of each box, of one mailbox or, with `null`, of all together. Boxes that the tree does not show are left out. */
export function countsOf(folders: MailboxFolders[], mailbox: string | null): Record<BoxType, BoxCount> {
  const counts = Object.fromEntries(BOX_TYPES.map((type) => [type, { total: 0, unread: 0 }])) as Record<
    BoxType,
    BoxCount
  >;
  for (const { email, boxes } of folders) {
    if (mailbox !== null && email !== mailbox) continue;
    for (const { boxType, total, unread } of boxes) {
      const count = counts[boxType as BoxType] as BoxCount | undefined;
      if (!count) continue;
      count.total += total;
      count.unread += unread;
    }
  }
  return counts;
}

/** How many emails the list of the unread ones has: those of all boxes but the bin and junk mail. */
export function unreadOf(folders: MailboxFolders[]): number {
  const kept = Object.entries(countsOf(folders, null)).filter(([box]) => box !== 'trash' && box !== 'spam');
  return kept.reduce((sum, [, { unread }]) => sum + unread, 0);
}
