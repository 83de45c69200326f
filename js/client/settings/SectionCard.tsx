import React, { useEffect, useMemo, useState } from 'react';
import { Button, Card, Space, Tag, Typography } from 'antd';
import { createSchemaField, FormProvider } from '@formily/react';
import { FormItem, FormLayout, Input, NumberPicker, Password, Radio, Select, Switch } from '@formily/antd-v5';
import { useLane } from '../host/lane';
import type { ProviderType } from '../host/types';
import type { SettingsSection, SettingsValues } from '../host/settingsTypes';
import { ProviderLogo } from '../shared/ProviderLogo';
import { Collapsed } from './Collapsed';
import { GuidePanel } from './Guide';
import { RedirectUri } from './RedirectUri';
import { nameInputs } from './templates';
import { useSection } from './useSection';
import { Verification } from './Verification';

const SchemaField = createSchemaField({
  components: { Collapsed, FormItem, Input, NumberPicker, Password, Radio, RedirectUri, Select, Switch },
});

interface Props {
  /** Its strings are in the language of the page. */
  section: SettingsSection;
  initialValues: SettingsValues;
  /** The guide's step to show, where something on the page led to it. */
  place: { step: string } | undefined;
  /** Called after this section was saved: what other parts of the page say may depend on it. */
  saved: () => void;
}

/** A section of the settings, with a button of its own that saves only this section. */
export function SectionCard({ section, initialValues, place, saved: afterwards }: Props) {
  const { t, say } = useLane();
  const state = useSection(section, initialValues, afterwards);
  const { form, saved, changed, saving, problem, save } = state;
  const [guide, setGuide] = useState<{ open: boolean; step?: string }>({ open: false });
  const schema = useMemo(() => nameInputs(section.schema), [section]);
  const show = (step: string) => setGuide({ open: true, step });

  useEffect(() => {
    if (place) setGuide({ open: true, step: place.step });
  }, [place]);

  return (
    <Card
      className="mail-section"
      data-section={section.key}
      extra={typeof saved.enabled === 'boolean' && <EnabledTag enabled={saved.enabled} />}
      title={
        <Space>
          {isProvider(section.key) && <ProviderLogo type={section.key} />}
          {section.title}
        </Space>
      }
    >
      {section.description && (
        <Typography.Paragraph type="secondary">{section.description}</Typography.Paragraph>
      )}
      {section.guide && (
        <GuidePanel
          guide={section.guide}
          open={guide.open}
          target={guide.step}
          toggle={() => setGuide({ open: !guide.open })}
        />
      )}
      <form
        aria-label={section.title}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <FormProvider form={form}>
          <FormLayout colon={false} layout="vertical">
            <SchemaField schema={schema} />
          </FormLayout>
        </FormProvider>
        {problem && (
          <Typography.Paragraph role="alert" type="danger">
            {say(problem)}
          </Typography.Paragraph>
        )}
        <Space wrap>
          <Button disabled={!changed} htmlType="submit" loading={saving} type="primary">
            {t('Save')}
          </Button>
          {changed && !saving && <Button onClick={state.discard}>{t('Discard changes')}</Button>}
          {changed && <Typography.Text type="warning">{t('Changes not saved yet')}</Typography.Text>}
        </Space>
      </form>
      {isProvider(section.key) && (
        <Verification provider={section.key} section={section} show={show} state={state} />
      )}
    </Card>
  );
}

function EnabledTag({ enabled }: { enabled: boolean }) {
  const { t } = useLane();
  return enabled ? <Tag color="success">{t('Enabled')}</Tag> : <Tag>{t('Disabled')}</Tag>;
}

function isProvider(key: string): key is ProviderType {
  return key === 'google' || key === 'microsoft';
}
