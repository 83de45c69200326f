import React, { useState } from 'react';
import { App, Button, Select, Tooltip } from 'antd';
import { SyncOutlined } from '@ant-design/icons';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { personText } from '../shared/format';
import { ProviderLogo } from '../shared/ProviderLogo';
import { useComposeActions } from './actions';
import type { Sender } from './senders';

interface Props {
  /** Of the composer. */
  name: string;
  senders: Sender[];
  /** What is written from; none where it is no address of the user's any more. */
  sender: Sender | undefined;
  account: string;
  identity: string;
  onChange: (sender: Sender) => void;
  reloadAccounts: () => Promise<void>;
}

/** The line of the sender: an account, or an address that belongs to one. */
export function SenderField(props: Props) {
  const { name, senders, sender, account, identity, onChange, reloadAccounts } = props;
  const { t } = useLane();
  const choose = (key: string) => {
    const chosen = senders.find((each) => keyOf(each) === key);
    if (chosen) onChange(chosen);
  };
  return (
    <div className="mail-compose-line">
      <span className="mail-compose-label" id={`${name}-from`}>
        {t('From')}
      </span>
      <Select
        aria-labelledby={`${name}-from`}
        className="mail-compose-from"
        onChange={choose}
        options={senders.map((each) => ({
          value: keyOf(each),
          disabled: Boolean(each.trouble),
          label: (
            <span className="mail-sender">
              <ProviderLogo size={14} type={each.type} />
              <span className="mail-ellipsis">
                {personText({ name: each.name, address: each.identity })}
                {each.trouble === 'paused' && ` · ${t('Paused')}`}
                {each.trouble === 'authorization' && ` · ${t('Authorise it again first')}`}
              </span>
            </span>
          ),
        }))}
        popupMatchSelectWidth={false}
        value={sender ? keyOf(sender) : identity}
        variant="borderless"
      />
      <Aliases account={account} reload={reloadAccounts} />
    </div>
  );
}

function keyOf({ account, identity }: Sender): string {
  return `${account} ${identity}`;
}

/** Asks the provider for the addresses that the account may send from. */
function Aliases({ account, reload }: { account: string; reload: () => Promise<void> }) {
  const { t, say } = useLane();
  const actions = useComposeActions();
  const app = App.useApp();
  const [busy, setBusy] = useState(false);
  const ask = async () => {
    setBusy(true);
    try {
      await actions.synchronizeAliases(account);
      await reload();
    } catch (error) {
      app.message.error(say((error as MailError).message));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Tooltip title={t('Sync aliases')}>
      <Button
        aria-label={t('Sync aliases')}
        icon={<SyncOutlined aria-hidden spin={busy} />}
        onClick={() => void ask()}
        size="small"
        type="text"
      />
    </Tooltip>
  );
}
