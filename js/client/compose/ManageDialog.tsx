import React from 'react';
import { Button, Empty, Modal } from 'antd';
import { DeleteOutlined, EditOutlined, PlusOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';

interface Props<Item> {
  title: string;
  /** Undefined while it is not known. */
  items: Item[] | undefined;
  /** What is said where there is none. */
  empty: string;
  /** What the button for another one says. */
  another: string;
  /** Below the name. */
  describe: (item: Item) => string;
  /** Behind the name. */
  mark?: (item: Item) => string | undefined;
  onAdd: () => void;
  onEdit: (item: Item) => void;
  onRemove: (item: Item) => void;
  onClose: () => void;
  /** What stands above the list, such as why there is none. */
  children?: React.ReactNode;
}

/** A list of things with names, to add to, to change, and to take from. */
export function ManageDialog<Item extends { id: React.Key; name: string }>(props: Props<Item>) {
  const { t } = useLane();
  const { items } = props;
  return (
    <Modal footer={null} onCancel={props.onClose} open title={props.title} width={560}>
      <div className="mail-manage">
        {props.children}
        {items?.length === 0 && <Empty description={props.empty} image={Empty.PRESENTED_IMAGE_SIMPLE} />}
        {items?.map((item) => (
          <div className="mail-manage-row" key={item.id}>
            <div className="mail-manage-text">
              <b className="mail-ellipsis">
                {item.name} <span className="mail-small mail-compose-soft">{props.mark?.(item)}</span>
              </b>
              <span className="mail-small mail-compose-soft mail-ellipsis">{props.describe(item)}</span>
            </div>
            <Button
              aria-label={t('Edit {{name}}', { name: item.name })}
              icon={<EditOutlined aria-hidden />}
              onClick={() => props.onEdit(item)}
              type="text"
            />
            <Button
              aria-label={t('Delete {{name}}', { name: item.name })}
              icon={<DeleteOutlined aria-hidden />}
              onClick={() => props.onRemove(item)}
              type="text"
            />
          </div>
        ))}
        {items && (
          <Button block icon={<PlusOutlined aria-hidden />} onClick={props.onAdd} type="dashed">
            {props.another}
          </Button>
        )}
      </div>
    </Modal>
  );
}
