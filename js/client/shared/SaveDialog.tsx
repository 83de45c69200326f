import React from 'react';
import { Modal } from 'antd';
import { useLane } from '../host/lane';

interface Props {
  title: string;
  /** In pixels. */
  width: number;
  canSave: boolean;
  saving: boolean;
  onSave: () => Promise<void>;
  onClose: () => void;
  children: React.ReactNode;
}

/** A form in a dialog that is saved or left. */
export function SaveDialog({ title, width, canSave, saving, onSave, onClose, children }: Props) {
  const { t } = useLane();
  return (
    <Modal
      cancelText={t('Cancel')}
      confirmLoading={saving}
      okButtonProps={{ disabled: !canSave }}
      okText={t('Save')}
      onCancel={onClose}
      onOk={() => void onSave()}
      open
      title={title}
      width={width}
    >
      {children}
    </Modal>
  );
}
