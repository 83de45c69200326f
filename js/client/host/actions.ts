import type { ActionCall, Lane } from './lane';
import { toMailError } from './error';
import type {
  Account,
  Activity,
  ActivityKind,
  Label,
  MailboxFolders,
  Member,
  Message,
  MessageRow,
  MoveTargets,
  Note,
  Provider,
  ProviderResult,
  ProviderType,
  Revocation,
  Wish,
} from './types';
import type {
  Check,
  DryRunConsent,
  DryRunDecision,
  DryRunState,
  EncryptionKey,
  SettingsSchema,
  SettingsSectionKey,
  SettingsValues,
  TrialReport,
} from './settingsTypes';

export interface MessagePage {
  rows: MessageRow[];
  /** How many there are in all; `undefined` where this page doesn't tell, which `messageCount` does. */
  count: number | undefined;
  /** The words that a search looked for. */
  highlight?: string[];
}

export interface MessageQuery {
  filter: Record<string, unknown>;
  /** All that the user may see, instead of their own. */
  all?: boolean;
  /** What is searched for. */
  text?: string | undefined;
}

/** How the way over the consent page ended: with an account, a test of the settings, or an administrator's consent. */
export type ConsentEnd =
  { account: Account; created: boolean } | { trial: TrialReport } | { adminConsent: { granted: boolean } };

/** Every action the pages call, with its types. All of them reject with a `MailError`. */
export interface MailActions {
  settingsSchema: () => Promise<SettingsSchema>;
  settings: () => Promise<Record<SettingsSectionKey, SettingsValues>>;
  saveSettings: (section: SettingsSectionKey, values: SettingsValues) => Promise<SettingsValues>;
  /** Asks the provider about these values over the saved ones. */
  verifySettings: (section: ProviderType, values: SettingsValues) => Promise<{ checks: Check[] }>;
  /** How far the last replacement of the encryption key is. */
  encryptionKey: () => Promise<EncryptionKey>;
  /** Makes a new encryption key; stored secrets are moved under it in the background. */
  replaceEncryptionKey: () => Promise<EncryptionKey>;
  /** The address of a consent page for a test that links nothing. */
  trialUrl: (section: ProviderType) => Promise<string>;
  /** The address at which an administrator of a Microsoft organisation consents for everybody there. */
  adminConsentUrl: () => Promise<string>;
  providers: () => Promise<Provider[]>;
  dryRuns: () => Promise<DryRunState[]>;
  startDryRun: (type: ProviderType) => Promise<DryRunState>;
  /** What a verification of the stand-in finds, as of a provider. */
  verifyDryRun: (type: ProviderType) => Promise<{ checks: Check[] }>;
  /** A test mail for every mailbox of the dry run. */
  deliverTestMail: (type: ProviderType) => Promise<DryRunState>;
  /** Deletes the dry run's mailboxes with their mail, too. */
  endDryRun: (type: ProviderType) => Promise<DryRunState>;
  /** `query` is that of the consent page's address. */
  dryRunConsent: (query: string) => Promise<DryRunConsent>;
  /** Answers with the address to go to. */
  dryRunDecision: (query: string, decision: DryRunDecision) => Promise<string>;
  /** The address of the provider's consent page. */
  consentUrl: (type: ProviderType, reauthorize?: { email: string }) => Promise<string>;
  finishConsent: (answer: Record<string, string>) => Promise<ConsentEnd>;
  accounts: () => Promise<Account[]>;
  /** `startDate` is an ISO date, or `null` for everything. */
  startSync: (account: Account, startDate: string | null) => Promise<Account>;
  /** Synchronises now; an empty list means all mailboxes. */
  syncNow: (emails: string[]) => Promise<Account[]>;
  pauseAccount: (account: Account, paused: boolean) => Promise<Account>;
  configureAccount: (account: Account, config: { displayName: string }) => Promise<Account>;
  deleteAccount: (account: Account) => Promise<Revocation>;
  /** Whose mail the user may read besides their own. */
  department: () => Promise<Member[]>;
  activity: (query: {
    page: number;
    pageSize: number;
    kind?: ActivityKind | undefined;
    email?: string | undefined;
  }) => Promise<{ entries: Activity[]; count: number }>;
  folders: () => Promise<MailboxFolders[]>;
  unreadCount: () => Promise<number>;
  setRead: (mailIds: string[], isRead: boolean) => Promise<void>;
  /** A row a conversation, where the general settings want it so. */
  messages: (query: MessageQuery, page: number, pageSize: number) => Promise<MessagePage>;
  /** How many rows all pages have. Among many it takes longer than a page of them. */
  messageCount: (query: MessageQuery) => Promise<number>;
  /** Asks the providers of the user's mailboxes, or of one. */
  searchProviders: (text: string, email: string | null) => Promise<ProviderResult[]>;
  /** With its notes and the rest of its conversation. */
  message: (id: number) => Promise<Message>;
  /** Here at once, at the provider soon after. */
  organise: (ids: number[], wish: Wish) => Promise<void>;
  deleteForGood: (ids: number[]) => Promise<void>;
  moveTargets: () => Promise<MoveTargets[]>;
  dismissRefused: (ids: number[]) => Promise<void>;
  labels: () => Promise<Label[]>;
  createLabel: (label: string, color: string) => Promise<Label>;
  changeLabel: (label: Label) => Promise<Label>;
  deleteLabel: (id: number) => Promise<void>;
  addNote: (mailMessageId: number, note: string) => Promise<Note>;
  deleteNote: (id: number) => Promise<void>;
  /** Shows the images from elsewhere of all emails of a sender, or no longer. */
  trustSender: (address: string, trusted: boolean) => Promise<void>;
  attachment: (message: Pick<MessageRow, 'id'>, attachmentId: string) => Promise<Blob>;
  inlineImage: (message: MessageRow, contentId: string) => Promise<Blob>;
}

export function createActions(lane: Lane): MailActions {
  const answer = async (call: ActionCall) => {
    try {
      return (await lane.request(call)).data;
    } catch (error) {
      throw await toMailError(error);
    }
  };
  // NocoBase puts what an action answers under `data`.
  const get = async <T>(url: string, params?: Record<string, unknown>) =>
    ((await answer({ url, ...(params && { params }) })) as { data: T }).data;
  const post = async <T>(url: string, data: unknown) =>
    ((await answer({ url, method: 'post', data })) as { data: T }).data;
  const listed = async ({ filter, all = false, text }: MessageQuery, part: Record<string, unknown>) => {
    const asked = { ...part, sort: '-date', subjectMerge: 'setting' };
    const list = all ? 'mailMessages:list' : 'mailMessages:listPerson';
    // What is searched for stands in no address: those are written into logs.
    const call = text
      ? { url: 'mail:search', method: 'post' as const, data: { ...asked, filter, all, text } }
      : { url: list, params: { ...asked, filter: JSON.stringify(filter) } };
    return (await answer(call)) as { data: MessageRow[]; meta?: { count?: number; highlight?: string[] } };
  };
  const bytes = async (url: string, params: Record<string, unknown>) =>
    (await answer({ url, params, responseType: 'blob' })) as Blob;

  return {
    settingsSchema: () => get('mail:settingsSchema'),
    settings: () => get('mail:settings'),
    saveSettings: (section, values) => post('mail:saveSettings', { section, values }),
    verifySettings: (section, values) => post('mail:verifySettings', { section, values }),
    trialUrl: async (section) => (await post<{ url: string }>('mail:trialUrl', { section })).url,
    adminConsentUrl: async () =>
      (await post<{ url: string }>('mail:adminConsentUrl', { section: 'microsoft' })).url,
    providers: () => get('mail:providers'),
    encryptionKey: () => get('mail:keyRotation'),
    replaceEncryptionKey: () => post('mail:rotateKey', {}),
    dryRuns: () => get('mail:dryRuns'),
    startDryRun: (type) => post('mail:startDryRun', { type }),
    verifyDryRun: (type) => post('mail:verifyDryRun', { type }),
    deliverTestMail: (type) => post('mail:deliverTestMail', { type }),
    endDryRun: (type) => post('mail:endDryRun', { type }),
    dryRunConsent: (query) => post('mail:dryRunConsent', { query }),
    dryRunDecision: async (query, decision) =>
      (await post<{ url: string }>('mail:dryRunDecision', { query, ...decision })).url,
    consentUrl: async (type, reauthorize) => {
      const more = reauthorize && { email: reauthorize.email, reauthorize: true };
      return (await get<{ url: string }>('mail:oauth2url', { type, ...more })).url;
    },
    finishConsent: (query) => post('mail:oauth2callback', query),
    accounts: () => get('mail:getMailAccounts'),
    startSync: ({ email, type }, startDate) => post('mail:startSync', { email, type, startDate }),
    syncNow: (emails) => post('mail:messagesSync', { emails }),
    deleteAccount: ({ email, type }) => post('mail:deleteMailAccount', { email, type }),
    pauseAccount: ({ email, type }, paused) => post('mail:pauseAccount', { email, type, paused }),
    configureAccount: ({ id }, config) => post(`mailAccounts:update?filterByTk=${id}`, { config }),
    department: () => get('mail:department'),
    activity: async (query) => {
      const found = (await answer({ url: 'mail:auditLog', params: query })) as {
        data: Activity[];
        meta: { count: number };
      };
      return { entries: found.data, count: found.meta.count };
    },
    folders: () => get('mail:folders'),
    unreadCount: async () => {
      const found = await get<number | { count: number }>('mail:messageUnreadCount');
      return typeof found === 'number' ? found : found.count;
    },
    setRead: async (mailIds, isRead) => {
      await post('mail:messageSetReaded', { mailIds, isRead });
    },
    messages: async (query, page, pageSize) => {
      const { data: rows, meta } = await listed(query, { page, pageSize, withCount: false });
      const isEnd = rows.length < pageSize && (page === 1 || rows.length > 0);
      const count = isEnd ? (page - 1) * pageSize + rows.length : undefined;
      return { rows, count, highlight: meta?.highlight ?? [] };
    },
    messageCount: async (query) => (await listed(query, { page: 1, pageSize: 1 })).meta?.count ?? 0,
    searchProviders: (text, email) => post('mail:searchProviders', { text, ...(email && { email }) }),
    message: (id) => get('mailMessages:get', { filterByTk: id, appends: 'user,labels,note,children' }),
    organise: (ids, wish) => post('mail:messagesOrganise', { ids, ...wish }),
    deleteForGood: (ids) => post('mailMessages:destroy', { filterByTk: ids }),
    moveTargets: () => get('mail:moveTargets'),
    dismissRefused: (ids) => post('mail:dismissRefused', { ids }),
    labels: () => get('mailMessageLabels:list'),
    createLabel: (label, color) => post('mailMessageLabels:create', { label, color }),
    changeLabel: ({ id, label, color }) =>
      post(`mailMessageLabels:update?filterByTk=${id}`, { label, color }),
    deleteLabel: (id) => post('mailMessageLabels:destroy', { filterByTk: id }),
    addNote: (mailMessageId, note) => post('mailMessageNotes:create', { mailMessageId, note }),
    deleteNote: (id) => post('mailMessageNotes:destroy', { filterByTk: id }),
    trustSender: (address, trusted) => post('mail:trustSender', { address, trusted }),
    attachment: ({ id }, attachmentId) => bytes('mail:messageAttachmentGet', { id, attachmentId }),
    inlineImage: ({ id }, contentId) => bytes('mail:messageContentPreview', { messageId: id, contentId }),
  };
}
