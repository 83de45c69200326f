import React from 'react';
import { Modal } from 'antd';
import { useLane } from '../host/lane';
import { useModal } from './useModal';

interface Props {
  title: string;
  /** In pixels. */
  width: number;
  canSave: boolean;
  saving: boolean;
  /** Whether something was written that closing would lose: it is asked about first. */
  isChanged?: () => boolean;
  onSave: () => Promise<void>;
  onClose: () => void;
  children: React.ReactNode;
}

/** A form in a dialog that is saved or left. */
export function SaveDialog(props: Props) {
  const { title, width, canSave, saving, onSave, onClose, children } = props;
  const { t } = useLane();
  const modal = useModal();
  const cancel = () => {
    if (!props.isChanged?.()) onClose();
    else
      modal.confirm({
        title: t('Discard what you wrote?'),
        okText: t('Discard'),
        okButtonProps: { danger: true },
        cancelText: t('Go on writing'),
        onOk: onClose,
      });
  };
  return (
    <Modal
      cancelText={t('Cancel')}
      confirmLoading={saving}
      okButtonProps={{ disabled: !canSave }}
      okText={t('Save')}
      onCancel={cancel}
      onOk={() => void onSave()}
      open
      title={title}
      width={width}
    >
      {children}
    </Modal>
  );
}
