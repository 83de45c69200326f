import React, { useEffect, useRef, useState } from 'react';
import { Skeleton } from 'antd';
import { AccountsView, NoAccount } from '../accounts/AccountsView';
import { StartDateDialog } from '../accounts/StartDateDialog';
import { ComposeRoom } from '../compose/ComposeRoom';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { Account, Member } from '../host/types';
import { announceChange } from '../shared/changes';
import { Problem } from '../shared/Problem';
import { useAccounts } from '../shared/useAccounts';
import { type Loaded, useLoad } from '../shared/useLoad';
import css from './centre.css';
import conversationCss from './conversation.css';
import organiseCss from './organise/organise.css';
import { MailView } from './MailView';
import { CENTRE_PATH, pathOf, type Place, readPlace } from './place';
import treeCss from './tree.css';
import { useRoom } from './useRoom';

/** The Email centre: the mails of all the user's mailboxes, and the accounts they come from. */
export function CentrePage() {
  const lane = useLane();
  const place = readPlace(lane.useSearch());
  const accounts = useAccounts();
  const room = useRef<HTMLDivElement>(null);
  const { width, height } = useRoom(room);
  const startDate = useStartDate(accounts);

  const title = lane.t('Email');
  useEffect(() => {
    document.title = title;
  }, [title]);

  const go = (change: Partial<Place>, options?: { replace?: boolean }) =>
    lane.navigate(pathOf({ ...place, ...change }), options);

  return (
    <ComposeRoom accounts={accounts.value ?? []} reloadAccounts={accounts.reload}>
      <div className="mail-centre" ref={room} style={{ height }}>
        <style>{css + treeCss + conversationCss + organiseCss}</style>
        {place.view === 'accounts' ? (
          <AccountsView
            accounts={accounts}
            onBack={() => lane.navigate(CENTRE_PATH)}
            onChooseStart={startDate.choose}
          />
        ) : (
          <Mails accounts={accounts} go={go} place={place} width={width} />
        )}
        {startDate.dialog}
      </div>
    </ComposeRoom>
  );
}

interface MailsProps {
  accounts: Loaded<Account[]>;
  place: Place;
  width: number;
  go: (change: Partial<Place>, options?: { replace?: boolean }) => void;
}

function Mails({ accounts, place, width, go }: MailsProps) {
  const { value, error, reload } = accounts;
  const members = useMembers();
  if (error && !value) return <Problem error={error} retry={() => void reload()} />;
  if (!value) return <Skeleton active className="mail-loading" paragraph={{ rows: 10 }} />;
  if (value.length === 0 && !members) return <Skeleton active className="mail-loading" />;
  if (value.length === 0 && members?.length === 0) return <NoAccount />;
  return (
    <MailView
      accounts={value}
      go={go}
      members={members ?? []}
      place={place}
      reloadAccounts={reload}
      width={width}
    />
  );
}

/** Whose mail the user may look at; nobody's where that can't be told. */
function useMembers(): Member[] | undefined {
  const { value, error } = useLoad(useActions().department);
  return error ? [] : value;
}

const asked = new Set<number>();

/** Asks once about the start date of each new account; "Later" leaves the button of its card. */
function useStartDate({ value, change }: Loaded<Account[]>) {
  const [asking, setAsking] = useState<Account>();

  useEffect(() => {
    const waiting = value?.find(({ id, status }) => status === 'connected' && !asked.has(id));
    if (!waiting || asking) return;
    asked.add(waiting.id);
    setAsking(waiting);
  }, [value, asking]);

  const started = (account: Account) => {
    change((before) => before.map((other) => (other.id === account.id ? account : other)));
    setAsking(undefined);
    announceChange();
  };
  const dialog = asking && (
    <StartDateDialog account={asking} onClose={() => setAsking(undefined)} onStarted={started} />
  );
  return { choose: setAsking, dialog };
}
