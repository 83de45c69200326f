import React from 'react';
import { Dropdown } from 'antd';
import { TableOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import type { Command } from './editor/contract';
import { Tool } from './Tool';
import { useOpening } from './useEscape';

/** A table, or what can be done with the one that the cursor is in. */
export function TableTool({
  inTable,
  disabled,
  run,
}: {
  inTable: boolean;
  disabled: boolean;
  run: (command: Command) => void;
}) {
  const { t } = useLane();
  const { open, setOpen, button } = useOpening();
  const commands: [Command, string][] = inTable
    ? [
        ['rowBelow', t('Add a row below')],
        ['columnRight', t('Add a column to the right')],
        ['removeRow', t('Remove the row')],
        ['removeColumn', t('Remove the column')],
        ['removeTable', t('Remove the table')],
      ]
    : [['table', t('Insert a table')]];
  return (
    <Dropdown
      autoFocus
      disabled={disabled}
      menu={{
        items: commands.map(([key, label]) => ({ key, label })),
        onClick: ({ key }) => run(key as Command),
      }}
      onOpenChange={setOpen}
      open={open}
      trigger={['click']}
    >
      <Tool
        active={inTable}
        aria-haspopup="menu"
        disabled={disabled}
        icon={<TableOutlined aria-hidden />}
        ref={button}
        title={t('Table')}
      />
    </Dropdown>
  );
}
