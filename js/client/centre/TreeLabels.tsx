import React, { useState } from 'react';
import { Dropdown } from 'antd';
import { MoreOutlined, TagFilled } from '@ant-design/icons';
import { useLane } from '../host/lane';
import type { Label, MailboxFolders } from '../host/types';
import { amount } from '../shared/format';
import { LabelDialog } from './organise/LabelDialog';
import type { Organising } from './organise/useOrganising';
import type { Place } from './place';
import { TreeButton } from './TreeButton';

interface Props {
  /** What is listed; nothing of the tree while a search goes through all of it. */
  marked: Place | null;
  folders: MailboxFolders[];
  organising: Organising;
  onLabel: (id: number) => void;
}

/** The part of the tree that leads across all boxes by the user's labels. */
export function TreeLabels({ marked, folders, organising, onLabel }: Props) {
  const { t } = useLane();
  const [changing, setChanging] = useState<Label>();
  if (organising.labels.length === 0) return null;
  const unreadOf = (label: Label) =>
    folders.reduce((sum, { labels }) => sum + (labels.find(({ id }) => id === label.id)?.unread ?? 0), 0);
  return (
    <section aria-label={t('Labels')} className="mail-group mail-group-labels">
      {organising.labels.map((label) => (
        <LabelLine
          chosen={marked?.label === label.id && !marked.todo}
          key={label.id}
          label={label}
          onChange={() => setChanging(label)}
          onChoose={() => onLabel(label.id)}
          onDelete={() => organising.deleteLabel(label)}
          unread={unreadOf(label)}
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
  unread: number;
  chosen: boolean;
  onChoose: () => void;
  onChange: () => void;
  onDelete: () => void;
}

function LabelLine({ label, unread, chosen, onChoose, onChange, onDelete }: LabelLineProps) {
  const { t, language } = useLane();
  const count = amount(unread, language());
  const items = [
    { key: 'change', label: t('Change the label'), onClick: onChange },
    { key: 'delete', label: t('Delete'), danger: true, onClick: onDelete },
  ];
  return (
    <div className="mail-label-line">
      <TreeButton
        chosen={chosen}
        data={{ 'data-label': label.id }}
        icon={<TagFilled aria-hidden style={{ color: label.color ?? undefined }} />}
        label={label.label}
        onClick={onChoose}
        title={`${label.description || label.label} · ${t('Unread: {{count}}', { count })}`}
      >
        {unread > 0 && <b aria-hidden>{count}</b>}
      </TreeButton>
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
