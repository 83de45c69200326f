import React, { useCallback, useEffect, useState } from 'react';
import { Alert, Button, Card, Checkbox, Radio, Skeleton, Space, Typography } from 'antd';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { DryRunConsent } from '../host/settingsTypes';
import { Problem } from '../shared/Problem';
import { ProviderLogo } from '../shared/ProviderLogo';
import { useLoad } from '../shared/useLoad';
import { meaningOf } from './scopes';

/** In a dry run the browser comes here instead of the provider's consent page, and goes back as from there. */
export function ConsentPage() {
  const { t } = useLane();
  const actions = useActions();
  const [query] = useState(() => window.location.search.slice(1));
  const { value, error, reload } = useLoad(useCallback(() => actions.dryRunConsent(query), [actions, query]));

  useEffect(() => {
    if (value?.url) window.location.replace(value.url);
  }, [value]);

  return (
    <main className="mail-callback">
      <Card className="mail-consent" styles={{ body: { padding: 0 } }}>
        <div className="mail-test-banner">{t('TEST – this is neither Google nor Microsoft')}</div>
        <div className="mail-consent-body">
          {error && <Problem error={error} retry={() => void reload()} />}
          {!error && (!value || value.url !== undefined) && <Skeleton active paragraph={{ rows: 6 }} />}
          {value && value.url === undefined && <Consent asked={value} query={query} />}
        </div>
      </Card>
    </main>
  );
}

type Asked = Exclude<DryRunConsent, { url: string }>;

function Consent({ asked, query }: { asked: Asked; query: string }) {
  const { t, say } = useLane();
  const actions = useActions();
  const [email, setEmail] = useState(() => preselected(asked));
  const [scopes, setScopes] = useState(asked.scopes);
  const [deciding, setDeciding] = useState<'allow' | 'deny'>();
  const [problem, setProblem] = useState<string>();

  const decide = async (allow: boolean) => {
    setDeciding(allow ? 'allow' : 'deny');
    setProblem(undefined);
    try {
      window.location.replace(
        await actions.dryRunDecision(query, allow ? { allow, email, scopes } : { allow }),
      );
    } catch (error) {
      setProblem((error as MailError).message);
      setDeciding(undefined);
    }
  };

  return (
    <>
      <Space align="center">
        <ProviderLogo size={28} type={asked.type} />
        <Typography.Title level={4}>{t('Allow access to a test mailbox?')}</Typography.Title>
      </Space>
      <Typography.Paragraph type="secondary">
        {t(
          'In real use the provider asks this on a page of its own. The mailboxes here are made up, and live only inside this site.',
        )}
      </Typography.Paragraph>
      <fieldset>
        <legend>{t('Mailbox')}</legend>
        <Radio.Group onChange={(event) => setEmail(event.target.value as string)} value={email}>
          <Space direction="vertical">
            {asked.mailboxes.map((mailbox) => (
              <Radio key={mailbox.email} value={mailbox.email}>
                {mailbox.name} <Typography.Text type="secondary">{mailbox.email}</Typography.Text>
              </Radio>
            ))}
          </Space>
        </Radio.Group>
      </fieldset>
      <fieldset>
        <legend>{t('Permissions')}</legend>
        <Checkbox.Group disabled={!asked.optional} onChange={(chosen) => setScopes(chosen)} value={scopes}>
          <Space direction="vertical">
            {asked.scopes.map((scope) => (
              <Checkbox key={scope} value={scope}>
                {t(meaningOf(scope))}{' '}
                <Typography.Text className="mail-small" type="secondary">
                  {scope}
                </Typography.Text>
              </Checkbox>
            ))}
          </Space>
        </Checkbox.Group>
      </fieldset>
      {problem && <Alert message={say(problem)} showIcon type="error" />}
      <Space className="mail-consent-buttons">
        <Button id="deny" loading={deciding === 'deny'} onClick={() => void decide(false)}>
          {t('Deny')}
        </Button>
        <Button
          disabled={!email}
          id="allow"
          loading={deciding === 'allow'}
          onClick={() => void decide(true)}
          type="primary"
        >
          {t('Allow')}
        </Button>
      </Space>
    </>
  );
}

/** The mailbox that is authorised again, or the first one. */
function preselected({ mailboxes, selected }: Asked): string | undefined {
  return (mailboxes.find((mailbox) => mailbox.email === selected) ?? mailboxes[0])?.email;
}
