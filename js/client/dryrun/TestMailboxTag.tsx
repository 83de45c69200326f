import React from 'react';
import { Tag } from 'antd';
import { ExperimentOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';

/** Marks what belongs to a dry run: no mail in it has come from anywhere. */
export function TestMailboxTag() {
  const { t } = useLane();
  return (
    <Tag className="mail-test-tag" color="gold" icon={<ExperimentOutlined aria-hidden />}>
      {t('Test mailbox')}
    </Tag>
  );
}
