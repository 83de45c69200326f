import React from 'react';
import { CheckSquareOutlined, CloseOutlined, TagFilled } from '@ant-design/icons';
import { useLane } from '../host/lane';
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
  const { labels, deleteLabel } = organising;
  return (
    <section aria-label={t('Labels')} className="mail-group mail-group-labels">
      <button
        aria-current={place.todo ? 'true' : undefined}
        className={place.todo ? 'mail-box is-selected' : 'mail-box'}
        data-todo
        onClick={onTodo}
        type="button"
      >
        <CheckSquareOutlined />
        <span className="mail-ellipsis">{t('To-do')}</span>
      </button>
      {labels.map((label) => {
        const chosen = place.label === label.id && !place.todo;
        return (
          <div className="mail-label-line" key={label.id}>
            <button
              aria-current={chosen ? 'true' : undefined}
              className={chosen ? 'mail-box is-selected' : 'mail-box'}
              data-label={label.id}
              onClick={() => onLabel(label.id)}
              title={label.description ?? label.label}
              type="button"
            >
              <TagFilled aria-hidden style={{ color: label.color ?? undefined }} />
              <span className="mail-ellipsis">{label.label}</span>
            </button>
            <button
              aria-label={t('Delete the label “{{name}}”', { name: label.label })}
              className="mail-label-delete"
              onClick={() => deleteLabel(label)}
              type="button"
            >
              <CloseOutlined aria-hidden />
            </button>
          </div>
        );
      })}
    </section>
  );
}
