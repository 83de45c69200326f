import React, { useEffect, useMemo, useState } from 'react';
import { App, Button, Card, Space, Tag, Typography } from 'antd';
import { createForm, onFieldInputValueChange, onFormValuesChange } from '@formily/core';
import { createSchemaField, FormProvider } from '@formily/react';
import { FormItem, FormLayout, Input, NumberPicker, Password, Select, Switch } from '@formily/antd-v5';
import { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { ProviderType, SettingsSection, SettingsValues } from '../host/types';
import { ProviderLogo } from '../shared/ProviderLogo';
import { Collapsed } from './Collapsed';
import { copy, isSame } from './values';
import { RedirectUri } from './RedirectUri';
import { nameInputs, renderTemplates } from './templates';

const SchemaField = createSchemaField({
  components: { Collapsed, FormItem, Input, NumberPicker, Password, RedirectUri, Select, Switch },
});

interface Props {
  section: SettingsSection;
  initialValues: SettingsValues;
  redirectUri: string;
}

/** A section of the settings, with a button of its own that saves only this section. */
export function SectionCard({ section, initialValues, redirectUri }: Props) {
  const { t, say } = useLane();
  const { form, saved, changed, saving, problem, save } = useSection(section, initialValues);
  const schema = useMemo(() => nameInputs(renderTemplates(section.schema, t)), [section, t]);
  const enabled = saved.enabled;

  return (
    <Card
      className="mail-section"
      data-section={section.key}
      extra={typeof enabled === 'boolean' && <EnabledTag enabled={enabled} />}
      title={
        <Space>
          {isProvider(section.key) && <ProviderLogo type={section.key} />}
          {renderTemplates(section.title, t)}
        </Space>
      }
    >
      {section.description && (
        <Typography.Paragraph type="secondary">
          {renderTemplates(section.description, t)}
        </Typography.Paragraph>
      )}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <FormProvider form={form}>
          <FormLayout colon={false} layout="vertical">
            <SchemaField schema={schema} scope={{ redirectUri, t }} />
          </FormLayout>
        </FormProvider>
        {problem && (
          <Typography.Paragraph role="alert" type="danger">
            {say(problem)}
          </Typography.Paragraph>
        )}
        <Space>
          <Button disabled={!changed} htmlType="submit" loading={saving} type="primary">
            {t('Save')}
          </Button>
          {changed && <Typography.Text type="warning">{t('Changes not saved yet')}</Typography.Text>}
        </Space>
      </form>
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

/** The state of one section: its form, what the server holds, and saving. */
function useSection(section: SettingsSection, initialValues: SettingsValues) {
  const { t, say } = useLane();
  const actions = useActions();
  const { message } = App.useApp();
  const [saved, setSaved] = useState(initialValues);
  const [current, setCurrent] = useState(initialValues);
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string>();

  const form = useMemo(
    () =>
      createForm({
        initialValues: copy(initialValues),
        effects: () => {
          onFormValuesChange((changedForm) => setCurrent(copy(changedForm.values as SettingsValues)));
          // What the server said about a value holds only for that value.
          onFieldInputValueChange('*', (field) => field.setFeedback({ code: 'EffectError', messages: [] }));
        },
      }),
    [initialValues],
  );
  const changed = !isSame(current, saved);
  useLeaveWarning(changed);

  const save = async () => {
    setProblem(undefined);
    try {
      await form.validate();
    } catch {
      return;
    }
    setSaving(true);
    try {
      const values = await actions.saveSettings(section.key, copy(form.values));
      setSaved(values);
      form.setValues(copy(values), 'overwrite');
      message.success(t('Saved'));
    } catch (error) {
      const failure = error as MailError;
      const field = failure.field && form.query(failure.field).take();
      if (field && 'setSelfErrors' in field) field.setSelfErrors([say(failure.message)]);
      else setProblem(failure.message);
    } finally {
      setSaving(false);
    }
  };
  return { form, saved, changed, saving, problem, save };
}

/** Asks before the browser leaves a page with changes that were not saved. */
function useLeaveWarning(changed: boolean) {
  useEffect(() => {
    if (!changed) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [changed]);
}
