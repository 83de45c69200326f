import React from 'react';
import { Modal } from 'antd';
import { useLane } from '../../host/lane';
import { SHORTCUTS } from './wish';

/** The keys and what they do. */
export function ShortcutHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useLane();
  return (
    <Modal footer={null} onCancel={onClose} open={open} title={t('Keyboard shortcuts')}>
      <dl className="mail-shortcuts">
        {SHORTCUTS.map(({ keys, text }) => (
          <React.Fragment key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{t(text)}</dd>
          </React.Fragment>
        ))}
      </dl>
    </Modal>
  );
}
