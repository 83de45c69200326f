import React from 'react';
import { Button, ColorPicker } from 'antd';
import { useLane } from '../../host/lane';

interface Props {
  value: string;
  onChange: (color: string) => void;
  size?: 'small' | 'middle';
}

/** A button in a color that opens the choice of another one. The picker's own can't be reached by the keyboard. */
export function ColorChoice({ value, onChange, size = 'middle' }: Props) {
  const { t } = useLane();
  return (
    <ColorPicker disabledAlpha onChangeComplete={(picked) => onChange(picked.toHexString())} value={value}>
      <Button
        aria-label={t('Color')}
        icon={<span className="mail-color-choice" style={{ background: value }} />}
        size={size}
      />
    </ColorPicker>
  );
}
