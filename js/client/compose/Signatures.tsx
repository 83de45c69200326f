import React, { useRef, useState } from 'react';
import { App, Button, Checkbox, Dropdown, Form, Input } from 'antd';
import { CheckOutlined, EditOutlined, SignatureOutlined } from '@ant-design/icons';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { SaveDialog } from '../shared/SaveDialog';
import { useModal } from '../shared/useModal';
import { useComposeActions } from './actions';
import { BoxedEditor } from './BoxedEditor';
import { plainText } from './html';
import { ManageDialog } from './ManageDialog';
import { signaturesOf } from './senders';
import type { Signature, WritingAccount } from './types';
import { uniqueName } from './unique';
import { useOpening } from './useEscape';

interface Props {
  accounts: WritingAccount[];
  account: string;
  onChoose: (signature: Signature | null) => void;
  /** The accounts have other signatures now. */
  onChanged: () => Promise<void>;
}

/** The signatures of the account that is written from. */
export function Signatures({ accounts, account, onChoose, onChanged }: Props) {
  const { t } = useLane();
  const { open, setOpen, button } = useOpening();
  const [managing, setManaging] = useState(false);
  const list = signaturesOf(accounts, account);
  const items = [
    ...list.map((signature) => ({
      key: `signature-${signature.id}`,
      label: signature.name || plainText(signature.content).trim().slice(0, 40),
      icon: signature.default ? <CheckOutlined aria-hidden /> : <span className="mail-menu-blank" />,
    })),
    { key: 'none', label: t('No signature'), icon: <span className="mail-menu-blank" /> },
    { type: 'divider' as const },
    { key: 'manage', label: t('Manage signatures…'), icon: <EditOutlined aria-hidden /> },
  ];
  return (
    <>
      <Dropdown
        menu={{
          items,
          onClick: ({ key }) => {
            if (key === 'manage') setManaging(true);
            else onChoose(list.find(({ id }) => key === `signature-${id}`) ?? null);
          },
        }}
        onOpenChange={setOpen}
        open={open}
        placement="topLeft"
        trigger={['click']}
      >
        <Button
          aria-label={t('Signature')}
          icon={<SignatureOutlined aria-hidden />}
          ref={button}
          title={t('Signature')}
          type="text"
        />
      </Dropdown>
      {managing && (
        <ManageSignatures
          account={accounts.find(({ email }) => email === account)}
          onChanged={onChanged}
          onClose={() => setManaging(false)}
        />
      )}
    </>
  );
}

interface ManageProps {
  account: WritingAccount | undefined;
  onChanged: () => Promise<void>;
  onClose: () => void;
}

function ManageSignatures({ account, onChanged, onClose }: ManageProps) {
  const { t, say } = useLane();
  const actions = useComposeActions();
  const app = App.useApp();
  const modal = useModal();
  const [editing, setEditing] = useState<Signature>();
  const list = account?.config?.signatures ?? [];

  const save = async (signatures: Signature[]) => {
    if (!account) return;
    try {
      await actions.saveSignatures(account.id, signatures);
      await onChanged();
      setEditing(undefined);
    } catch (error) {
      app.message.error(say((error as MailError).message));
    }
  };
  const keep = (signature: Signature) => {
    const others = list.map((each) => (signature.default ? { ...each, default: false } : each));
    const isNew = !list.some(({ id }) => id === signature.id);
    return save(
      isNew ? [...others, signature] : others.map((each) => (each.id === signature.id ? signature : each)),
    );
  };

  const remove = ({ id, name }: Signature) =>
    modal.confirm({
      title: t('Delete the signature “{{name}}”?', { name }),
      okText: t('Delete'),
      okButtonProps: { danger: true },
      cancelText: t('Cancel'),
      onOk: () => save(list.filter((each) => each.id !== id)),
    });

  if (editing)
    return <SignatureForm onClose={() => setEditing(undefined)} onSave={keep} signature={editing} />;
  return (
    <ManageDialog
      another={t('New signature')}
      describe={({ content }) => plainText(content)}
      empty={t('A signature ends every email that you write.')}
      items={list}
      mark={(signature) => (signature.default ? t('by default') : undefined)}
      onAdd={() => setEditing({ id: uniqueName(), name: '', content: '', default: list.length === 0 })}
      onClose={onClose}
      onEdit={setEditing}
      onRemove={remove}
      title={t('Signatures of {{email}}', { email: account?.email ?? '' })}
    />
  );
}

interface FormProps {
  signature: Signature;
  onSave: (signature: Signature) => Promise<void>;
  onClose: () => void;
}

function SignatureForm({ signature, onSave, onClose }: FormProps) {
  const { t } = useLane();
  const [name, setName] = useState(signature.name);
  const [isDefault, setDefault] = useState(Boolean(signature.default));
  const [saving, setSaving] = useState(false);
  const content = useRef(signature.content);
  const save = async () => {
    setSaving(true);
    await onSave({ ...signature, name: name.trim(), content: content.current, default: isDefault });
    setSaving(false);
  };
  return (
    <SaveDialog
      canSave={name.trim() !== ''}
      isChanged={() =>
        name !== signature.name ||
        isDefault !== Boolean(signature.default) ||
        content.current !== signature.content
      }
      onClose={onClose}
      onSave={save}
      saving={saving}
      title={signature.name ? t('Edit signature') : t('New signature')}
      width={620}
    >
      <Form layout="vertical">
        <Form.Item htmlFor="mail-signature-name" label={t('Name')} required>
          <Input
            autoFocus
            id="mail-signature-name"
            maxLength={200}
            onChange={({ target }) => setName(target.value)}
            value={name}
          />
        </Form.Item>
        <Form.Item label={t('Text')}>
          <BoxedEditor html={content.current} onChange={(html) => (content.current = html)} />
        </Form.Item>
        <Checkbox checked={isDefault} onChange={({ target }) => setDefault(target.checked)}>
          {t('New emails begin with it')}
        </Checkbox>
      </Form>
    </SaveDialog>
  );
}
