import React, { useState } from 'react';
import { Form, Input } from 'antd';
import type { MailError } from '../../host/error';
import { useLane } from '../../host/lane';
import type { Label } from '../../host/types';
import { SaveDialog } from '../../shared/SaveDialog';
import { ColorChoice } from './ColorChoice';
import type { Organising } from './useOrganising';

/** The color of a label that was given none. */
export const FIRST_COLOR = '#1677ff';

interface Props {
  label: Label;
  organising: Organising;
  onClose: () => void;
}

/** Renames a label and gives it another color. */
export function LabelDialog({ label, organising, onClose }: Props) {
  const { t, say } = useLane();
  const [name, setName] = useState(label.label);
  const [color, setColor] = useState(label.color ?? FIRST_COLOR);
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string>();

  const save = async () => {
    if (!name.trim() || saving) return;
    setSaving(true);
    try {
      await organising.changeLabel({ ...label, label: name.trim(), color });
      onClose();
    } catch (error) {
      setProblem(say((error as MailError).message));
      setSaving(false);
    }
  };
  return (
    <SaveDialog
      canSave={name.trim() !== ''}
      onClose={onClose}
      onSave={save}
      saving={saving}
      title={t('Change the label')}
      width={400}
    >
      <Form layout="vertical">
        <Form.Item
          help={problem}
          htmlFor="mail-label-name"
          label={t('Name')}
          {...(problem && { validateStatus: 'error' as const })}
        >
          <Input
            autoFocus
            id="mail-label-name"
            maxLength={60}
            onChange={(event) => setName(event.target.value)}
            onPressEnter={() => void save()}
            value={name}
          />
        </Form.Item>
        <Form.Item label={t('Color')}>
          <ColorChoice onChange={setColor} value={color} />
        </Form.Item>
      </Form>
    </SaveDialog>
  );
}
