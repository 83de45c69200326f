import React, { useId, useState } from 'react';
import { Input, Modal, Typography } from 'antd';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { Account } from '../host/types';

interface Props {
  account: Account;
  onSaved: () => void;
  onClose: () => void;
}

/** The name that recipients see beside the address. */
export function SenderNameDialog({ account, onSaved, onClose }: Props) {
  const { t, say } = useLane();
  const actions = useActions();
  const [name, setName] = useState(account.config?.displayName ?? '');
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<MailError>();
  const id = useId();

  const save = async () => {
    setSaving(true);
    try {
      await actions.configureAccount(account, { displayName: name });
      onSaved();
      onClose();
    } catch (failure) {
      setError(failure as MailError);
      setSaving(false);
    }
  };

  return (
    <Modal
      cancelText={t('Cancel')}
      confirmLoading={saving}
      okText={t('Save')}
      onCancel={onClose}
      onOk={() => void save()}
      open
      title={t('Sender name')}
    >
      <label htmlFor={id}>{t('Recipients see this name beside {{email}}.', { email: account.email })}</label>
      <Input
        aria-describedby={error && `${id}-error`}
        autoFocus
        id={id}
        maxLength={200}
        onChange={(event) => setName(event.target.value)}
        onPressEnter={() => void save()}
        status={error ? 'error' : ''}
        style={{ marginTop: 8 }}
        value={name}
      />
      {error && (
        <Typography.Text id={`${id}-error`} role="alert" type="danger">
          {say(error.message)}
        </Typography.Text>
      )}
    </Modal>
  );
}
