import React, { useState } from 'react';
import { Button, Checkbox, ColorPicker, Input, Popover, Tooltip } from 'antd';
import { TagOutlined } from '@ant-design/icons';
import { useLane } from '../../host/lane';
import type { MessageRow } from '../../host/types';
import type { Organising } from './useOrganising';

interface Props {
  rows: MessageRow[];
  organising: Organising;
}

const FIRST_COLOR = '#1677ff';

/** Puts labels on emails, takes them off, and makes new ones. */
export function LabelMenu({ rows, organising }: Props) {
  const { t } = useLane();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      content={<Labels organising={organising} rows={rows} />}
      onOpenChange={setOpen}
      open={open}
      placement="bottom"
      title={t('Labels')}
      trigger="click"
    >
      <Tooltip title={open ? '' : t('Labels')}>
        <Button aria-expanded={open} aria-label={t('Labels')} icon={<TagOutlined />} type="text" />
      </Tooltip>
    </Popover>
  );
}

function Labels({ rows, organising }: Props) {
  const { t } = useLane();
  const [name, setName] = useState('');
  const [color, setColor] = useState(FIRST_COLOR);
  const [saving, setSaving] = useState(false);
  const { labels, apply, createLabel } = organising;

  const create = async () => {
    if (!name.trim() || saving) return;
    setSaving(true);
    const label = await createLabel(name.trim(), color);
    setSaving(false);
    if (!label) return;
    setName('');
    apply(rows, { addLabels: [label.id] });
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
        <ColorPicker
          disabledAlpha
          onChangeComplete={(picked) => setColor(picked.toHexString())}
          size="small"
          value={color}
        />
        <Input
          aria-label={t('Name of the new label')}
          maxLength={60}
          onChange={(event) => setName(event.target.value)}
          onPressEnter={() => void create()}
          placeholder={t('New label')}
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
