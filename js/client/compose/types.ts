import type { Account, Person } from '../host/types';

/** An address that mail can be sent from, besides the account's own. */
export interface Identity {
  email: string;
  name?: string | null;
  isPrimary?: boolean;
  verificationStatus?: string | null;
}

export interface Signature {
  id: string | number;
  name: string;
  /** HTML. */
  content: string;
  default?: boolean;
}

/** An account with what is needed for writing from it. */
export interface WritingAccount extends Omit<Account, 'config'> {
  config?: { displayName?: string | null; signatures?: Signature[] | null } | null;
  identities?: Identity[] | null;
}

export type Mode = 'reply' | 'replyAll' | 'forward';

/** Somebody that a mail is to. What was not understood as an address stays as it was typed, to be corrected. */
export interface Recipient {
  name: string;
  address: string;
}

/** A file as the server names it: an upload, or one of a mail that is here. */
export type FileReference =
  | {
      filename: string;
      originalname: string;
      size: number;
      mimetype: string;
      path?: string;
      encoding?: string;
      contentId?: string;
    }
  | {
      messageId: number;
      attachmentId: string;
      filename: string;
      mimeType: string;
      size: number | null;
      contentId?: string;
    };

/** What the server gets of a mail, as a draft and for sending. */
export interface MailPayload {
  accountEmail: string;
  identityEmail: string;
  to: Recipient[];
  cc: Recipient[];
  bcc: Recipient[];
  subject: string;
  body: string;
  attachments: FileReference[];
  /** Drafts keep it: what is to be sent individually must not go to all at once later. */
  interval?: number;
  replyTo?: number;
  mode?: Mode;
}

/** A mail being written. */
export interface Letter {
  account: string;
  identity: string;
  to: Recipient[];
  cc: Recipient[];
  bcc: Recipient[];
  subject: string;
  /** HTML of the editor, with the signature. */
  text: string;
  /** HTML of the quoted or forwarded mail; empty where there is none. */
  quote: string;
  files: FileReference[];
  /** Each recipient gets an email of their own, so many milliseconds apart. */
  interval?: number | undefined;
  replyTo?: number;
  mode?: Mode;
}

/** Which version of which record a draft is. */
export interface SavedDraft {
  id: number;
  version: number;
}

export interface FoundDraft extends SavedDraft {
  date: string;
  draft: Partial<MailPayload>;
}

export interface Proposal {
  accountEmail?: string;
  identityEmail?: string;
  to: Person[];
  cc: Person[];
  subject: string;
}

export interface Template {
  id: number;
  name: string;
  subject?: string | null;
  content?: string | null;
}

export type OutboxState =
  'queued' | 'sending' | 'accepted' | 'confirmed' | 'ambiguous' | 'failed' | 'cancelled';

/** A mail on its way. */
export interface OutboxEntry {
  id: number;
  key: string;
  accountId: number;
  state: OutboxState;
  from: Person;
  to: Person[];
  cc: Person[];
  bcc: Person[];
  subject: string;
  notBefore?: string | null;
  scheduleSendAt?: string | null;
  /** It is certain that nothing was sent. */
  canCancel: boolean;
  code?: string | null;
  /** The key of a translation. */
  reason?: string | null;
  /** After `edit`. */
  draftId?: number;
  /** After sending: it was there already. */
  repeated?: boolean;
}

/** What was accepted for sending: a mail of the outbox, or a bulk email. */
export type Accepted = { bulk?: never; entry: OutboxEntry } | { bulk: BulkEmail; entry?: never };

export type BulkStatus = 'pending' | 'sending' | 'sent' | 'failed' | 'canceled' | 'some_sent';

/** One email for each recipient, an interval apart. */
export interface BulkEmail {
  id: number;
  /** Milliseconds. */
  interval: number;
  message: { subject?: string | null };
  from: string;
  /** All addresses. */
  to: string;
  sendAt: string;
  status: BulkStatus;
  /** How many recipients have which status. */
  result: Partial<Record<BulkStatus, number>>;
  /** After sending: it was there already. */
  repeated?: boolean;
}

/** The email to one recipient of a bulk email. */
export interface BulkRecipient {
  id: number;
  parentId: number;
  to: string;
  sendAt: string;
  status: Exclude<BulkStatus, 'some_sent'>;
  result?: { state: OutboxState; reason?: string | null } | null;
}

export type Outcome = 'sent' | 'sendAgain' | 'edit' | 'discard';
