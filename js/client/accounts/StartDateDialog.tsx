import React, { useState } from 'react';
import { Alert, DatePicker, Modal, Radio, Space, Typography } from 'antd';
import type { Dayjs } from 'dayjs';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { Account } from '../host/types';
import { DEFAULT_CHOICE, START_CHOICES, type StartChoice, startDateOf } from './startDate';

interface Props {
  account: Account;
  onStarted: (account: Account) => void;
  onClose: () => void;
}

/** Asks from when on the mail of a new account is stored, and lets the first synchronisation begin. */
export function StartDateDialog({ account, onStarted, onClose }: Props) {
  const { t, say } = useLane();
  const actions = useActions();
  const [choice, setChoice] = useState<StartChoice>(DEFAULT_CHOICE);
  const [date, setDate] = useState<Dayjs | null>(null);
  const [starting, setStarting] = useState(false);
  const [error, setError] = useState<MailError>();

  const start = async () => {
    setStarting(true);
    setError(undefined);
    try {
      onStarted(await actions.startSync(account, startDateOf(choice, new Date(), date?.toDate() ?? null)));
    } catch (failure) {
      setError(failure as MailError);
    } finally {
      setStarting(false);
    }
  };

  return (
    <Modal
      cancelText={t('Later')}
      confirmLoading={starting}
      okButtonProps={{ disabled: choice === 'date' && !date }}
      okText={t('Start synchronization')}
      onCancel={onClose}
      onOk={() => void start()}
      open
      title={t('From when should emails be synchronized?')}
    >
      <Typography.Paragraph type="secondary">
        {t(
          '{{email}} is connected. Newest emails come first, and you can read them while the rest follows.',
          {
            email: account.email,
          },
        )}
      </Typography.Paragraph>
      <Radio.Group onChange={(event) => setChoice(event.target.value as StartChoice)} value={choice}>
        <Space direction="vertical">
          {START_CHOICES.map(({ value, label }) => (
            <Radio key={value} value={value}>
              {t(label)}
            </Radio>
          ))}
        </Space>
      </Radio.Group>
      {choice === 'date' && (
        <div className="mail-start-date">
          <DatePicker
            aria-label={t('Since a date')}
            disabledDate={(day) => day.isAfter(new Date(), 'day')}
            onChange={(value: Dayjs | null) => setDate(value)}
            value={date}
          />
        </div>
      )}
      {error && <Alert message={say(error.message)} showIcon style={{ marginTop: 16 }} type="error" />}
    </Modal>
  );
}
