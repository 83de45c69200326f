import { useMemo } from 'react';
import { toMailError } from '../host/error';
import { type ActionCall, type Lane, useLane } from '../host/lane';
import type { Account } from '../host/types';
import type { Exclusions, Explanation, FolderChoice, Item, ItemState, Overview, Paged, Run } from './types';

/** What can be asked about the synchronisation of one account. All of it rejects with a `MailError`. */
export interface SyncActions {
  overview: () => Promise<Overview>;
  runs: (page: number, pageSize: number) => Promise<Paged<Run>>;
  items: (state: ItemState, page: number, pageSize: number) => Promise<Paged<Item>>;
  retry: (mailIds: string[]) => Promise<void>;
  resync: () => Promise<void>;
  checkCompleteness: () => Promise<void>;
  explain: (messageId: string) => Promise<Explanation>;
  folders: () => Promise<FolderChoice>;
  saveFolders: (exclusions: Exclusions) => Promise<FolderChoice>;
}

export function useSyncActions({ email, type }: Account): SyncActions {
  const lane = useLane();
  return useMemo(() => createSyncActions(lane, { email, type }), [lane, email, type]);
}

function createSyncActions(lane: Lane, account: Pick<Account, 'email' | 'type'>): SyncActions {
  const answer = async (call: ActionCall) => {
    try {
      return (await lane.request(call)).data as { data: unknown; meta?: { count?: number } };
    } catch (error) {
      throw await toMailError(error);
    }
  };
  const get = async <T>(action: string, params: Record<string, unknown> = {}) =>
    (await answer({ url: `mail:${action}`, params: { ...account, ...params } })) as {
      data: T;
      meta?: { count?: number };
    };
  const post = async <T>(action: string, data: Record<string, unknown> = {}) =>
    (await answer({ url: `mail:${action}`, method: 'post', data: { ...account, ...data } })).data as T;
  const page = async <T>(action: string, params: Record<string, unknown>): Promise<Paged<T>> => {
    const { data, meta } = await get<T[]>(action, params);
    return { rows: data, count: meta?.count ?? data.length };
  };

  return {
    overview: async () => (await get<Overview>('synchronization')).data,
    runs: (number, pageSize) => page<Run>('syncRuns', { page: number, pageSize }),
    items: (state, number, pageSize) => page<Item>('syncItems', { state, page: number, pageSize }),
    retry: async (mailIds) => void (await post('retrySyncItems', { mailIds })),
    resync: async () => void (await post('messagesResync')),
    checkCompleteness: async () => void (await post('checkCompleteness')),
    explain: (messageId) => post<Explanation>('explainMessage', { messageId }),
    folders: async () => (await get<FolderChoice>('accountFolders')).data,
    saveFolders: (exclusions) => post<FolderChoice>('updateAccountFolders', { ...exclusions }),
  };
}
