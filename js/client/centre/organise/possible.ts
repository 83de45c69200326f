import { isOurs, isOwnDraft, type MessageRow, type MoveTargets, type Wish } from '../../host/types';

// What the server says, too.
const WAITS = "mail that waits to be sent can't be changed: cancel its sending first";
const BULK = 'bulk mail stays where it is: what was not sent yet of it can be cancelled there';
const DRAFT = 'a draft written here can be moved to the trash and nowhere else';
const KEPT = 'Only the provider deletes this for good: it empties the trash after 30 days';

/** What speaks against a wish about an email; `undefined` where nothing does. */
export function hindrance(row: MessageRow, wish: Wish): string | undefined {
  const { boxType, folderId, putBack, isRead, isStarred } = wish;
  const wanted = [boxType, folderId, putBack, isRead, isStarred];
  if (isOurs(row.boxType) && wanted.some((each) => each !== undefined)) return ours(row);
  const goes = folderId !== undefined || (boxType !== undefined && boxType !== 'trash');
  return isOwnDraft(row) && goes ? DRAFT : undefined;
}

/** What speaks against deleting an email for good; `undefined` where nothing does. */
export function keeps(row: MessageRow, targets: MoveTargets[]): string | undefined {
  if (isOwnDraft(row)) return undefined;
  if (isOurs(row.boxType)) return ours(row);
  const target = targets.find(({ accountId }) => accountId === row.accountId);
  return target?.deletesForGood ? undefined : KEPT;
}

function ours({ boxType }: MessageRow): string {
  return boxType === 'mass' ? BULK : WAITS;
}
