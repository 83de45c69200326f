import React, { useRef } from 'react';
import { Empty, Menu, type MenuRef, Modal } from 'antd';
import { useLane } from '../../host/lane';
import type { MessageRow } from '../../host/types';
import { Labels } from './Labels';
import { foldersFor } from './MoveMenu';
import { ShortcutHelp } from './ShortcutHelp';
import type { Organising } from './useOrganising';
import type { Opened } from './useShortcuts';

interface Props {
  opened: Opened | undefined;
  rowsOf: (ids: number[]) => MessageRow[];
  organising: Organising;
  onClose: () => void;
}

/** What the keys open in the middle of the page: the help, the labels and the folders. */
export function ShortcutDialogs({ opened, rowsOf, organising, onClose }: Props) {
  const { t } = useLane();
  const rows = opened ? rowsOf(opened.ids) : [];
  const content = useRef<HTMLDivElement>(null);
  return (
    <>
      <ShortcutHelp onClose={onClose} open={opened?.dialog === 'help'} />
      <Modal
        afterOpenChange={(open) => open && content.current?.querySelector('input')?.focus()}
        destroyOnClose
        footer={null}
        onCancel={onClose}
        open={opened?.dialog === 'labels'}
        title={t('Labels')}
        width={360}
      >
        <div ref={content}>
          <Labels organising={organising} rows={rows} />
        </div>
      </Modal>
      <MoveDialog onClose={onClose} open={opened?.dialog === 'move'} organising={organising} rows={rows} />
    </>
  );
}

interface MoveDialogProps {
  open: boolean;
  rows: MessageRow[];
  organising: Organising;
  onClose: () => void;
}

function MoveDialog({ open, rows, organising, onClose }: MoveDialogProps) {
  const { t } = useLane();
  const menu = useRef<MenuRef>(null);
  const folders = foldersFor(rows, organising);
  return (
    <Modal
      afterOpenChange={(shown) => shown && menu.current?.focus()}
      destroyOnClose
      footer={null}
      onCancel={onClose}
      open={open}
      title={t('Move to')}
      width={360}
    >
      {folders.length === 0 ? (
        <Empty
          description={t('There is no folder that all of them can go to')}
          image={Empty.PRESENTED_IMAGE_SIMPLE}
        />
      ) : (
        <Menu
          className="mail-move-menu"
          items={folders.map(({ id, name }) => ({ key: id, label: name }))}
          onClick={({ key }) => {
            onClose();
            organising.apply(rows, { folderId: key });
          }}
          ref={menu}
          selectable={false}
        />
      )}
    </Modal>
  );
}
