import React, { useState } from 'react';
import { Alert, Button, Space, Typography } from 'antd';
import { ExportOutlined, TeamOutlined } from '@ant-design/icons';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import { CopyValue } from './CopyValue';

/** The address at which an administrator of a Microsoft organisation consents for everybody there. */
export function AdminConsent({ disabled }: { disabled: boolean }) {
  const { t, say } = useLane();
  const actions = useActions();
  const [url, setUrl] = useState<string>();
  const [loading, setLoading] = useState(false);
  const [problem, setProblem] = useState<string>();

  const create = async () => {
    setLoading(true);
    setProblem(undefined);
    try {
      setUrl(await actions.adminConsentUrl());
    } catch (error) {
      setUrl(undefined);
      setProblem((error as MailError).message);
    } finally {
      setLoading(false);
    }
  };

  return (
    <div className="mail-admin-consent">
      <h4>{t('Admin consent link')}</h4>
      <Typography.Paragraph type="secondary">
        {t(
          'Where users of an organization may not consent for themselves, one of its administrators opens this link once. It can be used for 24 hours.',
        )}
      </Typography.Paragraph>
      {problem && <Alert message={say(problem)} role="alert" showIcon type="error" />}
      {url ? (
        <Space className="mail-admin-consent-link" direction="vertical">
          <CopyValue label={t('Admin consent link')} value={url} />
          <Button href={url} icon={<ExportOutlined aria-hidden />} rel="noreferrer" target="_blank">
            {t('Open')}
          </Button>
        </Space>
      ) : (
        <Button
          disabled={disabled}
          icon={<TeamOutlined aria-hidden />}
          loading={loading}
          onClick={() => void create()}
        >
          {t('Create the link')}
        </Button>
      )}
    </div>
  );
}
