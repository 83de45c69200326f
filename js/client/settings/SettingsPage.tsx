import React, { useCallback, useMemo, useState } from 'react';
import { Alert, Empty, Skeleton, Typography } from 'antd';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import { Problem } from '../shared/Problem';
import { useLoad } from '../shared/useLoad';
import { Activity } from './Activity';
import { DryRun } from './DryRun';
import { EncryptionKey } from './EncryptionKey';
import { Notices } from './Notices';
import { SectionCard } from './SectionCard';
import { renderTemplates } from './templates';
import css from './settings.css';

/** "Email settings": one card for each section of the server's schema, saved one by one. */
export function SettingsPage() {
  const { t } = useLane();
  const actions = useActions();
  const [place, setPlace] = useState<{ section: string; step: string }>();
  const { value, error, reload } = useLoad(
    useCallback(async () => {
      const [schema, values] = await Promise.all([actions.settingsSchema(), actions.settings()]);
      return { schema, values };
    }, [actions]),
  );
  const schema = useMemo(() => value && renderTemplates(value.schema, t), [value, t]);

  return (
    <div className="mail-settings">
      <style>{css}</style>
      <Typography.Paragraph type="secondary">
        {t(
          'Give Gmail and Outlook the credentials of your own application, so that everyone here can connect a mailbox.',
        )}
      </Typography.Paragraph>
      {error && !value && <Problem error={error} retry={() => void reload()} />}
      {!error && !value && <Skeleton active paragraph={{ rows: 12 }} />}
      {schema?.sections.length === 0 && <Empty />}
      {schema && (
        <Notices
          notices={schema.notices}
          sections={schema.sections}
          show={(section, step) => setPlace({ section, step })}
        />
      )}
      {schema?.insecureOrigin && (
        <Alert
          description={t(
            'Google and Microsoft accept only https addresses, except for localhost. Open NocoBase by its https address, or set the public address in the general settings.',
          )}
          message={t('This page is not served over https')}
          showIcon
          type="warning"
        />
      )}
      {schema && <DryRun />}
      {schema?.sections.map((section) => (
        <SectionCard
          initialValues={value?.values[section.key] ?? {}}
          key={section.key}
          place={place?.section === section.key ? place : undefined}
          saved={() => void reload()}
          section={section}
        />
      ))}
      {schema && <EncryptionKey />}
      {schema && <Activity sections={schema.sections} />}
    </div>
  );
}
