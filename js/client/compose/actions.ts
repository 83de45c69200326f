import { useMemo } from 'react';
import { toMailError } from '../host/error';
import { type ActionCall, type Lane, useLane } from '../host/lane';
import type {
  BulkEmail,
  BulkRecipient,
  FileReference,
  FoundDraft,
  MailPayload,
  Mode,
  OutboxEntry,
  Outcome,
  Proposal,
  Recipient,
  SavedDraft,
  Signature,
  Template,
} from './types';

/** What can be asked about mail that is being written or on its way. All of it rejects with a `MailError`. */
export interface ComposeActions {
  /** @param key names a draft that isn't known yet: the same one twice is one draft */
  saveDraft: (payload: MailPayload, known: SavedDraft | undefined, key: string) => Promise<SavedDraft>;
  /** The latest draft from the same sender to the same people. */
  findDraft: (
    payload: Pick<MailPayload, 'accountEmail' | 'identityEmail' | 'to' | 'replyTo'>,
  ) => Promise<FoundDraft | null>;
  draft: (id: number) => Promise<FoundDraft>;
  discardDraft: (id: number) => Promise<void>;
  /** @returns the id of the draft that it is here now */
  takeOverDraft: (id: number) => Promise<number>;
  send: (
    payload: MailPayload,
    more: { key: string; undoSeconds: number; scheduleSendAt?: string; draft: SavedDraft | undefined },
  ) => Promise<OutboxEntry>;
  /** One email for each recipient, `interval` milliseconds apart. */
  sendIndividually: (
    payload: MailPayload,
    more: Parameters<ComposeActions['send']>[1] & { interval: number },
  ) => Promise<BulkEmail>;
  /** A page of bulk emails, newest first, of one account or of all. */
  bulkEmails: (page: number, pageSize: number, accountId: number | undefined) => Promise<Paged<BulkEmail>>;
  bulkRecipients: (parentId: number, page: number, pageSize: number) => Promise<Paged<BulkRecipient>>;
  /** @param id of a bulk email, or of one of its recipients */
  cancelBulk: (id: number) => Promise<void>;
  /** Only what has failed. */
  resendBulk: (id: number) => Promise<void>;
  proposal: (id: number, mode: Mode) => Promise<Proposal>;
  suggestions: (text: string) => Promise<Recipient[]>;
  upload: (
    file: File,
    onProgress: (part: number) => void,
    signal: AbortSignal,
  ) => Promise<Exclude<FileReference, { messageId: number }>>;
  /** A picture among the uploads. */
  uploaded: (filename: string) => Promise<Blob>;
  outbox: () => Promise<OutboxEntry[]>;
  cancel: (id: number, edit: boolean) => Promise<number | null>;
  /** Makes a draft again of a mail that waits for its time. @param id of the mail, not of its entry in the outbox */
  cancelScheduled: (id: number) => Promise<number | null>;
  resolve: (id: number, outcome: Outcome) => Promise<OutboxEntry>;
  templates: () => Promise<Template[]>;
  saveTemplate: (template: Partial<Template>) => Promise<Template>;
  deleteTemplate: (id: number) => Promise<void>;
  renderTemplate: (
    id: number,
    variables: Record<string, string>,
  ) => Promise<{ subject: string; content: string; missing: string[] }>;
  saveSignatures: (accountId: number, signatures: Signature[]) => Promise<void>;
  synchronizeAliases: (email: string) => Promise<void>;
}

interface Paged<T> {
  rows: T[];
  count: number;
}

export function useComposeActions(): ComposeActions {
  const lane = useLane();
  return useMemo(() => createComposeActions(lane), [lane]);
}

function createComposeActions(lane: Lane): ComposeActions {
  const answer = async (call: ActionCall) => {
    try {
      return (await lane.request(call)).data;
    } catch (error) {
      throw await toMailError(error);
    }
  };
  const get = async <T>(url: string, params: Record<string, unknown> = {}) =>
    ((await answer({ url, params })) as { data: T }).data;
  const post = async <T>(url: string, data: unknown) =>
    ((await answer({ url, method: 'post', data })) as { data: T }).data;
  const page = async <T>(filter: object, number: number, pageSize: number): Promise<Paged<T>> => {
    const params = { filter: JSON.stringify(filter), page: number, pageSize };
    const { data, meta } = (await answer({ url: 'mailMassMessages:list', params })) as {
      data: T[];
      meta?: { count?: number };
    };
    return { rows: data, count: meta?.count ?? data.length };
  };

  return {
    saveDraft: (payload, known, key) =>
      post('mail:messageSavingDraft', { ...payload, ...(known ?? { key }) }),
    findDraft: (payload) => post('mail:draftFind', payload),
    draft: async (id) => {
      const found = await get<{
        id: number;
        draftVersion?: number | string | null;
        date: string;
        draft?: Partial<MailPayload>;
      }>('mailMessages:get', { filterByTk: id });
      return {
        id: found.id,
        version: Number(found.draftVersion ?? 1),
        date: found.date,
        draft: found.draft ?? {},
      };
    },
    discardDraft: (id) => post('mail:draftDiscard', { id }),
    takeOverDraft: async (id) => (await post<{ id: number }>('mail:draftTakeOver', { id })).id,
    send: (payload, { draft, ...more }) => post('mail:messageSend', { ...payload, ...more, ...draft }),
    sendIndividually: (payload, { draft, interval, ...more }) =>
      post('mailMassMessages:send', {
        data: { ...payload, ...more, ...draft },
        mailSendSetting: { interval },
      }),
    bulkEmails: (number, pageSize, accountId) =>
      page({ parentId: null, ...(accountId && { accountId }) }, number, pageSize),
    bulkRecipients: (parentId, number, pageSize) => page({ parentId }, number, pageSize),
    cancelBulk: async (id) => void (await post('mailMassMessages:cancel', { id })),
    resendBulk: async (id) => void (await post('mailMassMessages:resend', { id })),
    proposal: (id, mode) => post('mail:replyProposal', { id, mode }),
    suggestions: (text) => post('mail:recipientSuggestions', { text }),
    upload: (file, onProgress, signal) => {
      const data = new FormData();
      data.append('file', file, file.name);
      return answer({
        url: 'mail:messageAttachmentUpload',
        method: 'post',
        data,
        signal,
        onUploadProgress: ({ loaded, total }) => onProgress(total ? loaded / total : 0),
      }).then((found) => (found as { data: Exclude<FileReference, { messageId: number }> }).data);
    },
    uploaded: async (filename) =>
      (await answer({ url: 'mail:messageUploadGet', params: { filename }, responseType: 'blob' })) as Blob,
    outbox: () => get('mailOutbox:list'),
    cancel: async (id, edit) => (await post<{ id: number | null }>('mailOutbox:cancel', { id, edit })).id,
    cancelScheduled: async (id) =>
      (await post<{ id: number | null }>('mailMessages:cancelTimelySend', { id })).id,
    resolve: (id, outcome) => post('mailOutbox:resolve', { id, outcome }),
    templates: () => get('mailTemplates:list'),
    saveTemplate: ({ id, ...values }) =>
      id ? post('mailTemplates:update', { filterByTk: id, ...values }) : post('mailTemplates:create', values),
    deleteTemplate: (id) => post('mailTemplates:destroy', { filterByTk: id }),
    renderTemplate: (id, variables) => post('mailTemplates:render', { filterByTk: id, variables }),
    saveSignatures: (accountId, signatures) =>
      post(`mailAccounts:update?filterByTk=${accountId}`, { config: { signatures } }),
    synchronizeAliases: (email) => post('mail:accountIdentitiesSync', { email }),
  };
}
