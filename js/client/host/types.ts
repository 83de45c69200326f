// The shapes that the server's actions answer with.
import type { SettingsSectionKey } from './settingsTypes';

export type ProviderType = 'google' | 'microsoft';

export interface Provider {
  type: ProviderType;
  name: string;
  configured: boolean;
  /** Linking leads to the stand-in and its test mailboxes. */
  dryRun?: boolean;
}

export interface SyncState {
  phase: 'waiting' | 'listing' | 'incremental';
  stored: number;
  /** What the provider said there is; `null` until it has. */
  total: number | null;
  /** Whether that is a guess. */
  isEstimate?: boolean;
  done: boolean;
  startedAt?: string | null;
  lastRunAt?: string | null;
  lastError?: { code: string; message: string } | null;
  /** The first few lists that could not be read as a whole: as long as there are some, the mailbox isn't complete. */
  unreadable?: UnreadableList[];
}

export interface UnreadableList {
  id: string;
  /** The folder's; `null` where it is the list of the whole mailbox. */
  name: string | null;
  message: string;
  since: string;
  retryAt: string;
}

export interface Account {
  id: number;
  type: ProviderType;
  email: string;
  /** A test mailbox of a dry run. */
  dryRun?: boolean;
  config?: { displayName?: string | null } | null;
  /** `connected` waits for its start date, `ready` is in use. */
  status: 'connected' | 'ready' | 'needs_reauthorization' | 'failing' | 'paused';
  statusCode?: string | null;
  statusReason?: string | null;
  statusSince?: string | null;
  /** What its authorisation was asked for. */
  mode?: 'readAndSend' | 'readOnly' | 'sendOnly' | null;
  /** What the site needs by now and the authorisation doesn't allow; the names are keys of translations. */
  missingPermissions?: { scope: string; name: string }[];
  syncStartDate?: string | null;
  sync?: SyncState | null;
}

/** What became of the access at the provider when an account was deleted. */
export interface Revocation {
  revoked: boolean;
  reason?: 'shared' | 'unsupported' | 'failed';
  message?: string;
  /** Where the mailbox's owner sees and removes it. */
  manageUrl: string;
}

/** Somebody whose mail the user may read. */
export interface Member {
  id: number;
  nickname: string;
  mailboxes: { email: string; type: ProviderType }[];
}

export type ActivityKind =
  | 'settingsSaved'
  | 'dryRunStarted'
  | 'dryRunEnded'
  | 'keyRotated'
  | 'accountLinked'
  | 'accountReauthorized'
  | 'accountPaused'
  | 'accountResumed'
  | 'accountDeleted'
  | 'mailViewed';

/** An entry of the audit log. */
export interface Activity {
  id: number;
  at: string;
  kind: ActivityKind;
  user: User | null;
  owner: User | null;
  type: ProviderType | null;
  email: string | null;
  messageId: number | null;
  details: { section?: SettingsSectionKey; fields?: string[]; part?: string; dryRun?: boolean };
}

/** The nickname is missing where the user is gone. */
export interface User {
  id: number;
  nickname: string | null;
}

/** In the order of the tree. */
export const BOX_TYPES = ['in', 'out', 'scheduled', 'mass', 'draft', 'archive', 'spam', 'trash'] as const;

/** The boxes that stand in none of the provider's folders: what waits for its time to be sent, and bulk emails. */
export function isOurs(boxType: string): boolean {
  return boxType === 'scheduled' || boxType === 'mass';
}

export type BoxType = (typeof BOX_TYPES)[number];

export interface MailboxFolders {
  email: string;
  type: ProviderType;
  accountId: number;
  boxes: { boxType: string; total: number; unread: number }[];
  /** Those that its user has made, by their names. */
  folders: MailFolder[];
  /** How many unread emails have which of the user's labels; the others are left out. */
  labels: { id: number; unread: number }[];
  starred: number;
  todo: number;
}

export interface MailFolder {
  id: string;
  name: string;
  /** The folder that it is in. */
  parentId: string | null;
  unread: number;
}

export interface Person {
  name?: string | null;
  address?: string | null;
}

export interface Attachment {
  filename: string;
  mimeType?: string | null;
  attachmentId: string;
  contentId?: string | null;
  /** In bytes. */
  size?: number | null;
}

/** A label that the user made here. */
export interface Label {
  id: number;
  label: string;
  color?: string | null;
  description?: string | null;
}

export interface Note {
  id: number;
  mailMessageId: number;
  note: string;
  createdAt?: string | null;
}

/** A change that the provider doesn't have yet, or has refused. */
export interface Outgoing {
  id: number;
  state: 'queued' | 'refused';
  /** `code: sentence`. */
  reason?: string | null;
  attempts?: number | null;
}

/** What is to be done with emails. */
export interface Wish {
  isRead?: boolean;
  isStarred?: boolean;
  isTodo?: boolean;
  boxType?: BoxType;
  folderId?: string;
  /** Back to where it was before it was moved. */
  putBack?: boolean;
  addLabels?: number[];
  removeLabels?: number[];
}

/** Where the emails of an account can go. */
export interface MoveTargets {
  accountId: number;
  /** Whether an email stands in one folder, or carries labels. */
  oneFolderEach: boolean;
  organises: boolean;
  deletesForGood: boolean;
  folders: { id: string; name: string; boxType: BoxType }[];
}

export interface MessageRow {
  id: number;
  email: string;
  accountId: number;
  mailId: string;
  boxType: string;
  isRead: boolean;
  isStarred?: boolean;
  isDraft?: boolean;
  isTodo?: boolean | null;
  originalBoxType?: string | null;
  folderIds?: string[] | null;
  labels?: Label[];
  noteCount?: number;
  outgoing?: Outgoing;
  from?: string | null;
  fromUser?: Person | null;
  toUsers?: Person[] | null;
  ccUsers?: Person[] | null;
  bccUsers?: Person[] | null;
  date?: string | null;
  subject?: string | null;
  preview?: string | null;
  attachments?: Attachment[] | null;
  /** When it is sent. */
  scheduleSendAt?: string | null;
  /** Of the row of a conversation: all its emails, newest first, and those in the box of the row. */
  relatedMessageIds?: number[];
  idsInBox?: number[];
  relatedMessageCount?: number;
  relatedMessagesIsRead?: boolean;
  /** In the order they joined. */
  participants?: Person[];
  hasAttachments?: boolean;
  /** Somebody else's, which this user may look at. */
  readOnly?: boolean;
  user?: User;
}

/** Whether a row is a draft that was written here, and not at the provider. */
export function isOwnDraft(row: MessageRow): boolean {
  return Boolean(row.isDraft) && !row.mailId && !row.readOnly;
}

/** Whether opening a row goes on with it; what was thrown away is looked at. */
export function isEdited(row: MessageRow): boolean {
  return isOwnDraft(row) && row.boxType !== 'trash';
}

export interface Message extends MessageRow {
  bodyHtml?: string | null;
  bodyText?: string | null;
  note?: Note[];
  /** Names what it is in the outbox, where it waits for its time. */
  outboxKey?: string | null;
  /** Images from elsewhere are shown unasked. */
  trustedSender?: boolean;
  hints?: Hint[];
  /** The others of its conversation, oldest first, without their texts. */
  children?: MessageRow[];
}

/** What speaks for an email not being what it says. */
export interface Hint {
  level: 'warning' | 'info';
  sentence: string;
  values: Record<string, string>;
}

/** An email that a provider has found. */
export type FoundMessage = (MessageRow & { stored?: true }) | UnstoredMessage;

/** One that is not kept here: all of it is told at once, and nothing can be done with it but read. */
export interface UnstoredMessage extends Omit<Message, 'id'> {
  id?: never;
  stored: false;
}

/** What the provider of a mailbox has found. */
export interface ProviderResult {
  email: string;
  type: ProviderType;
  rows: FoundMessage[];
  /** There may be more than it was asked for. */
  more?: boolean;
  error?: { code: string; message: string };
}

/** Websocket message `mail:sync`: a step of the synchronisation of one account. */
export interface SyncEvent {
  accountId: number;
  email: string;
  status?: Account['status'];
  sync: SyncState;
}

/** Whether the first synchronisation of the account is still on its way. */
export function isFirstSync(account: Account): boolean {
  return (
    account.status === 'ready' && account.mode !== 'sendOnly' && Boolean(account.sync && !account.sync.done)
  );
}
