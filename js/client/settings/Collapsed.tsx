import React, { useState } from 'react';
import { Button } from 'antd';
import { DownOutlined, RightOutlined } from '@ant-design/icons';
import { FormLayout } from '@formily/antd-v5';
import { useLane } from '../host/lane';

/** Fields that hardly anybody needs, shown on request. They stay in the form either way. */
export function Collapsed({ children }: { children?: React.ReactNode }) {
  const { t } = useLane();
  const [open, setOpen] = useState(false);
  return (
    <div className="mail-collapsed">
      <Button
        aria-expanded={open}
        icon={open ? <DownOutlined aria-hidden /> : <RightOutlined aria-hidden />}
        onClick={() => setOpen(!open)}
        size="small"
      >
        {open ? t('Hide') : t('Change')}
      </Button>
      <div className="mail-collapsed-fields" hidden={!open}>
        <FormLayout colon={false} layout="vertical">
          {children}
        </FormLayout>
      </div>
    </div>
  );
}
