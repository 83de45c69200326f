import React, { useRef, useState } from 'react';
import { Button, Checkbox, Input, type InputRef } from 'antd';
import { useLane } from '../../host/lane';
import type { MessageRow } from '../../host/types';
import { ColorChoice } from './ColorChoice';
import { FIRST_COLOR } from './LabelDialog';
import type { Organising } from './useOrganising';

interface Props {
  rows: MessageRow[];
  organising: Organising;
}

/** The labels with the mark of those that the emails have, and a new one. */
export function Labels({ rows, organising }: Props) {
  const { t } = useLane();
  const [name, setName] = useState('');
  const [color, setColor] = useState(FIRST_COLOR);
  const [saving, setSaving] = useState(false);
  const input = useRef<InputRef>(null);
  const { labels, apply, createLabel } = organising;

  const create = async () => {
    if (!name.trim() || saving) return;
    setSaving(true);
    const made = await createLabel(name.trim(), color, rows);
    setSaving(false);
    if (!made) return;
    setName('');
    // The button that had the keyboard is off now: without it Escape would be pressed outside of the menu.
    input.current?.focus();
  };

  return (
    <div className="mail-labels-menu">
      {labels.length === 0 && <span className="mail-faint">{t('There are no labels yet')}</span>}
      {labels.map((label) => {
        const count = rows.filter((row) => row.labels?.some(({ id }) => id === label.id)).length;
        const has = count === rows.length;
        return (
          <Checkbox
            checked={has}
            indeterminate={count > 0 && !has}
            key={label.id}
            onChange={() => apply(rows, has ? { removeLabels: [label.id] } : { addLabels: [label.id] })}
          >
            <span className="mail-label-dot" style={{ background: label.color ?? FIRST_COLOR }} />
            {label.label}
          </Checkbox>
        );
      })}
      <div className="mail-label-new">
        <ColorChoice onChange={setColor} size="small" value={color} />
        <Input
          aria-label={t('Name of the new label')}
          maxLength={60}
          onChange={(event) => setName(event.target.value)}
          onPressEnter={() => void create()}
          placeholder={t('New label')}
          ref={input}
          size="small"
          value={name}
        />
        <Button disabled={!name.trim()} loading={saving} onClick={() => void create()} size="small">
          {t('Create')}
        </Button>
      </div>
    </div>
  );
}
