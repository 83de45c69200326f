import { useEffect, useState } from 'react';
import { App } from 'antd';
import { createForm, type Form, onFieldInputValueChange, onFormValuesChange } from '@formily/core';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { SettingsSection, SettingsValues } from '../host/settingsTypes';
import { copy, isSame } from './values';

/** A section: its form, what the server holds, and what can be done with it. */
export interface SectionState {
  form: Form;
  /** What the server holds. */
  saved: SettingsValues;
  /** Whether the form says something else. */
  changed: boolean;
  saving: boolean;
  /** What went wrong and belongs to no field. */
  problem: string | undefined;
  save: () => Promise<void>;
  discard: () => void;
  /** Calls the server with what the form says; what it refuses is shown at its field. */
  submit: <T>(call: (values: SettingsValues) => Promise<T>) => Promise<T | undefined>;
}

export function useSection(
  section: SettingsSection,
  initialValues: SettingsValues,
  afterwards: () => void,
): SectionState {
  const { t, say } = useLane();
  const actions = useActions();
  const { message } = App.useApp();
  const [saved, setSaved] = useState(initialValues);
  const [current, setCurrent] = useState(initialValues);
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string>();

  // A form lives as long as its section; what is loaded later is for the other parts of the page.
  const [form] = useState(() =>
    createForm({
      values: copy(initialValues),
      effects: () => {
        onFormValuesChange((changedForm) => setCurrent(copy(changedForm.values as SettingsValues)));
        // What the server said about a value holds only for that value.
        onFieldInputValueChange('*', (field) => field.setFeedback({ code: 'EffectError', messages: [] }));
      },
    }),
  );
  const changed = !isSame(current, saved);
  useLeaveWarning(changed);

  const submit: SectionState['submit'] = async (call) => {
    setProblem(undefined);
    try {
      await form.validate();
    } catch {
      return undefined;
    }
    try {
      return await call(copy(form.values));
    } catch (error) {
      const failure = error as MailError;
      const field = failure.field && form.query(failure.field).take();
      if (field && 'setSelfErrors' in field) field.setSelfErrors([say(failure.message)]);
      else setProblem(failure.message);
      return undefined;
    }
  };

  const save = async () => {
    setSaving(true);
    const values = await submit((entered) => actions.saveSettings(section.key, entered));
    setSaving(false);
    if (!values) return;
    setSaved(values);
    form.setValues(copy(values), 'overwrite');
    message.success(t('Saved'));
    afterwards();
  };

  const discard = () => {
    setProblem(undefined);
    form.setValues(copy(saved), 'overwrite');
    form.clearErrors();
  };

  return { form, saved, changed, saving, problem, save, discard, submit };
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
