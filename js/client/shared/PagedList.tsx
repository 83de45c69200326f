import React from 'react';
import { Empty, List } from 'antd';

interface Props<T> {
  rows: T[];
  /** How many there are on all pages. */
  count: number;
  /** From 1 on. */
  page: number;
  pageSize: number;
  onPage: (page: number) => void;
  /** What is said where there are none. */
  empty: string;
  renderItem: (row: T) => React.ReactNode;
  className?: string;
  loading?: boolean;
}

/** Records a page at a time; pages can be chosen as soon as there is more than one. */
export function PagedList<T extends { id: number | string }>({
  rows,
  count,
  page,
  pageSize,
  onPage,
  empty,
  ...rest
}: Props<T>) {
  return (
    <List
      dataSource={rows}
      locale={{ emptyText: <Empty description={empty} image={Empty.PRESENTED_IMAGE_SIMPLE} /> }}
      pagination={
        count > pageSize && {
          current: page,
          pageSize,
          total: count,
          onChange: onPage,
          showSizeChanger: false,
          size: 'small',
        }
      }
      rowKey={({ id }) => id}
      {...rest}
    />
  );
}
