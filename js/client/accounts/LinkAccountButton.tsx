import React, { useState } from 'react';
import { App, Button, Dropdown, theme, Typography } from 'antd';
import { DownOutlined, PlusOutlined } from '@ant-design/icons';
import { TestMailboxTag } from '../dryrun/TestMailboxTag';
import { openConsent } from '../callback/consent';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { ProviderType } from '../host/types';
import { PROVIDER_NAMES, ProviderLogo } from '../shared/ProviderLogo';
import { useLoad } from '../shared/useLoad';

/** "Link account": a menu of the providers. One that an administrator has not set up says so. */
export function LinkAccountButton({ primary = true }: { primary?: boolean }) {
  const { t } = useLane();
  const { value: providers } = useLoad(useActions().providers);
  const { link, linking } = useConsent();
  const { token } = theme.useToken();

  const items = (['google', 'microsoft'] as const).map((type) => {
    const { configured = false, dryRun } = providers?.find((provider) => provider.type === type) ?? {};
    return {
      key: type,
      disabled: !configured,
      icon: (
        <span style={{ marginInlineEnd: 12 }}>
          <ProviderLogo type={type} />
        </span>
      ),
      label: (
        <div>
          {PROVIDER_NAMES[type]} {dryRun && <TestMailboxTag />}
          {providers && !configured && (
            <Typography.Text style={{ display: 'block', fontSize: token.fontSizeSM }} type="secondary">
              {t('Not set up yet. An administrator does this in the email settings.')}
            </Typography.Text>
          )}
        </div>
      ),
    };
  });

  return (
    <Dropdown
      menu={{ items, onClick: ({ key }) => void link(key as ProviderType) }}
      placement="bottomRight"
      trigger={['click']}
    >
      <Button icon={<PlusOutlined aria-hidden />} loading={linking} type={primary ? 'primary' : 'default'}>
        {t('Link account')} <DownOutlined aria-hidden />
      </Button>
    </Dropdown>
  );
}

/** Opens the provider's consent page, for a new account or to renew the authorisation of one. */
export function useConsent() {
  const lane = useLane();
  const actions = useActions();
  const { message } = App.useApp();
  const [linking, setLinking] = useState(false);

  const link = async (type: ProviderType, reauthorize?: { email: string }) => {
    setLinking(true);
    try {
      await openConsent(() => actions.consentUrl(type, reauthorize));
    } catch (error) {
      message.error(lane.say((error as MailError).message));
    } finally {
      setLinking(false);
    }
  };
  return { link, linking };
}
