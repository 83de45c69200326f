import React, { useState } from 'react';
import { Button, Input, Space } from 'antd';
import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { useExpressionScope, useField } from '@formily/react';
import { useLane } from '../host/lane';

/** The redirect URI to register with the provider, with a button that copies it. */
export function RedirectUri({ value }: { value?: string }) {
  const { t } = useLane();
  const scope = useExpressionScope() as { redirectUri?: string } | undefined;
  const field = useField();
  const [copied, setCopied] = useState(false);
  const uri = value ?? scope?.redirectUri ?? '';

  const copy = async () => {
    const done = await copyText(uri);
    setCopied(done);
    if (done) setTimeout(() => setCopied(false), 2000);
  };

  return (
    <Space.Compact block>
      <Input
        aria-label={String(field.title ?? t('Redirect URI'))}
        onFocus={(event) => event.target.select()}
        readOnly
        value={uri}
      />
      <Button
        aria-label={t('Copy the redirect URI')}
        icon={copied ? <CheckOutlined /> : <CopyOutlined />}
        onClick={() => void copy()}
      >
        {copied ? t('Copied') : t('Copy')}
      </Button>
    </Space.Compact>
  );
}

/** Browsers have a clipboard only on https and localhost; elsewhere the older way still works. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.style.position = 'fixed';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
