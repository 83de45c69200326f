import React, { useState } from 'react';
import { Dropdown } from 'antd';
import { CheckSquareOutlined, MoreOutlined, TagFilled } from '@ant-design/icons';
import { useLane } from '../host/lane';
import type { Label } from '../host/types';
import { LabelDialog } from './organise/LabelDialog';
import type { Organising } from './organise/useOrganising';
import type { Place } from './place';

interface Props {
  place: Place;
  organising: Organising;
  onTodo: () => void;
  onLabel: (id: number) => void;
}

/** The part of the tree that leads across all boxes: what is to do, and the user's labels. */
export function TreeLabels({ place, organising, onTodo, onLabel }: Props) {
  const { t } = useLane();
  const [changing, setChanging] = useState<Label>();
  return (
    <section aria-label={t('Labels')} className="mail-group mail-group-labels">
      <button
        aria-current={place.todo ? 'true' : undefined}
        className={place.todo ? 'mail-box is-selected' : 'mail-box'}
        data-todo
        onClick={onTodo}
        type="button"
      >
        <CheckSquareOutlined aria-hidden />
        <span className="mail-ellipsis">{t('To-do')}</span>
      </button>
      {organising.labels.map((label) => (
        <LabelLine
          chosen={place.label === label.id && !place.todo}
          key={label.id}
          label={label}
          onChange={() => setChanging(label)}
          onChoose={() => onLabel(label.id)}
          onDelete={() => organising.deleteLabel(label)}
        />
      ))}
      {changing && (
        <LabelDialog label={changing} onClose={() => setChanging(undefined)} organising={organising} />
      )}
    </section>
  );
}

interface LabelLineProps {
  label: Label;
  chosen: boolean;
  onChoose: () => void;
  onChange: () => void;
  onDelete: () => void;
}

function LabelLine({ label, chosen, onChoose, onChange, onDelete }: LabelLineProps) {
  const { t } = useLane();
  const items = [
    { key: 'change', label: t('Change the label'), onClick: onChange },
    { key: 'delete', label: t('Delete'), danger: true, onClick: onDelete },
  ];
  return (
    <div className="mail-label-line">
      <button
        aria-current={chosen ? 'true' : undefined}
        className={chosen ? 'mail-box is-selected' : 'mail-box'}
        data-label={label.id}
        onClick={onChoose}
        title={label.description ?? label.label}
        type="button"
      >
        <TagFilled aria-hidden style={{ color: label.color ?? undefined }} />
        <span className="mail-ellipsis">{label.label}</span>
      </button>
      <Dropdown menu={{ items }} trigger={['click']}>
        <button
          aria-haspopup="menu"
          aria-label={t('More for the label “{{name}}”', { name: label.label })}
          className="mail-label-more"
          type="button"
        >
          <MoreOutlined aria-hidden />
        </button>
      </Dropdown>
    </div>
  );
}
