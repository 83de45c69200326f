import React, { useId } from 'react';
import { Checkbox, Select } from 'antd';
import { useLane } from '../host/lane';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

interface Props {
  /** Milliseconds between two emails; none while all recipients get the same one. */
  interval: number | undefined;
  onChange: (interval: number | undefined) => void;
}

/** Whether each recipient gets an email of their own, and how far apart these are. */
export function Individually({ interval, onChange }: Props) {
  const { t } = useLane();
  const hint = useId();
  const intervals = [
    { value: 0, label: t('one after the other') },
    { value: 10 * SECOND, label: t('every 10 seconds') },
    { value: MINUTE, label: t('every minute') },
    { value: 5 * MINUTE, label: t('every 5 minutes') },
    { value: 60 * MINUTE, label: t('every hour') },
  ];
  const isOn = interval !== undefined;
  return (
    <div className="mail-compose-line mail-individually">
      <Checkbox
        aria-describedby={hint}
        checked={isOn}
        onChange={({ target }) => onChange(target.checked ? 10 * SECOND : undefined)}
      >
        {t('Send individually')}
      </Checkbox>
      {isOn && (
        <Select
          aria-label={t('Time between two emails')}
          onChange={onChange}
          options={intervals}
          popupMatchSelectWidth={false}
          size="small"
          value={interval}
          variant="borderless"
        />
      )}
      <span className="mail-small mail-compose-soft" id={hint}>
        {isOn
          ? t('Nobody sees the others. {{name}} and {{email}} become those of each recipient.', {
              name: '{{name}}',
              email: '{{email}}',
            })
          : t('An email of their own for each recipient')}
      </span>
    </div>
  );
}
