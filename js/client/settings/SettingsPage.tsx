import React, { useCallback } from 'react';
import { Alert, Skeleton, Typography } from 'antd';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import { Problem } from '../shared/Problem';
import { useLoad } from '../shared/useLoad';
import { DryRun } from './DryRun';
import { SectionCard } from './SectionCard';

/** "Email settings": one card for each section of the server's schema, saved one by one. */
export function SettingsPage() {
  const { t } = useLane();
  const actions = useActions();
  const { value, error, reload } = useLoad(
    useCallback(async () => {
      const [schema, values] = await Promise.all([actions.settingsSchema(), actions.settings()]);
      return { schema, values };
    }, [actions]),
  );

  return (
    <div className="mail-settings">
      <Typography.Paragraph type="secondary">
        {t(
          'Give Gmail and Outlook the credentials of your own application, so that everyone here can connect a mailbox.',
        )}
      </Typography.Paragraph>
      {error && !value && <Problem error={error} retry={() => void reload()} />}
      {!error && !value && <Skeleton active paragraph={{ rows: 12 }} />}
      {value?.schema.insecureOrigin && (
        <Alert
          description={t(
            'Google and Microsoft accept only https addresses, except for localhost. Open NocoBase by its https address, or set the public address in the general settings.',
          )}
          message={t('This page is not served over https')}
          showIcon
          type="warning"
        />
      )}
      {value && <DryRun />}
      {value?.schema.sections.map((section) => (
        <SectionCard
          initialValues={value.values[section.key] ?? {}}
          key={section.key}
          redirectUri={value.schema.redirectUri}
          section={section}
        />
      ))}
    </div>
  );
}
