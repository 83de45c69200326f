import React, { useEffect, useState } from 'react';
import { Button, Input, Space } from 'antd';
import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import { copyText } from './clipboard';

/** How long the button says that it has copied, in milliseconds. */
const PRAISE = 2000;

/** A value to take to another page, with a button that copies it. */
export function CopyValue({ label, value }: { label: string; value: string }) {
  const { t } = useLane();
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), PRAISE);
    return () => clearTimeout(timer);
  }, [copied]);

  return (
    <Space.Compact block className="mail-copy">
      <Input aria-label={label} onFocus={(event) => event.target.select()} readOnly value={value} />
      <Button
        aria-label={t('Copy {{value}}', { value })}
        icon={copied ? <CheckOutlined aria-hidden /> : <CopyOutlined aria-hidden />}
        onClick={() => void copyText(value).then(setCopied)}
      >
        {copied ? t('Copied') : t('Copy')}
      </Button>
    </Space.Compact>
  );
}
