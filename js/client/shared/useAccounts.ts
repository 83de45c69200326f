import { useCallback, useEffect, useRef } from 'react';
import { onLinked } from '../callback/consent';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import { type Account, isFirstSync, type SyncEvent } from '../host/types';
import { type Loaded, useLoad } from './useLoad';

/** How long to wait for a websocket message before asking, in milliseconds. */
const PATIENCE = 5000;

/** The user's accounts, kept up to date by the server's messages, or by asking when none arrive during a first sync. */
export function useAccounts(): Loaded<Account[]> {
  const lane = useLane();
  const actions = useActions();
  const accounts = useLoad(actions.accounts);
  const { value, change, reload } = accounts;
  const lastMessage = useRef(0);

  useEffect(
    () =>
      lane.onEvent('mail:sync', (payload) => {
        lastMessage.current = Date.now();
        const event = payload as SyncEvent;
        change((before) => before.map((account) => withSync(account, event)));
        // The reason of a failure is not in the message.
        if (event.status && event.status !== 'ready') void reload();
      }),
    [lane, change, reload],
  );

  useEffect(() => onLinked(() => void reload()), [reload]);
  useEffect(() => lane.onEvent('mail:notice', () => void reload()), [lane, reload]);

  const running = value?.some(isFirstSync) ?? false;
  const ask = useCallback(() => {
    if (Date.now() - lastMessage.current >= PATIENCE) void reload();
  }, [reload]);
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(ask, PATIENCE);
    return () => clearInterval(timer);
  }, [running, ask]);

  return accounts;
}

function withSync(account: Account, event: SyncEvent): Account {
  if (account.id !== event.accountId) return account;
  return { ...account, status: event.status ?? account.status, sync: event.sync };
}
