import React, { useEffect, useState } from 'react';
import { Button, Input, Popover } from 'antd';
import { QuestionCircleOutlined, SearchOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';

interface Props {
  /** What is searched for now; empty for nothing. */
  text: string;
  onSearch: (text: string) => void;
}

/** Searches when Enter is pressed; Escape and an empty box lead back to the list. */
export function SearchBox({ text, onSearch }: Props) {
  const { t } = useLane();
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  return (
    <search className="mail-search">
      <Input
        allowClear
        aria-label={t('Search emails')}
        onChange={({ target }) => {
          setTyped(target.value);
          if (target.value === '' && text !== '') onSearch('');
        }}
        onKeyDown={({ key, currentTarget }) => {
          if (key !== 'Escape') return;
          setTyped('');
          onSearch('');
          currentTarget.blur();
        }}
        onPressEnter={() => onSearch(typed.trim())}
        placeholder={t('Search emails')}
        prefix={<SearchOutlined aria-hidden />}
        suffix={
          typed.trim() !== '' && typed.trim() !== text ? (
            <kbd className="mail-search-enter">{t('Press Enter')}</kbd>
          ) : undefined
        }
        type="text"
        value={typed}
      />
      <Popover
        content={<Operators />}
        placement="bottomRight"
        title={t('What can be searched for')}
        trigger="click"
      >
        <Button
          aria-label={t('What can be searched for')}
          icon={<QuestionCircleOutlined aria-hidden />}
          type="text"
        />
      </Popover>
    </search>
  );
}

function Operators() {
  const { t } = useLane();
  const operators: [operator: string, meaning: string][] = [
    [t('"word by word"'), t('Words in this order')],
    ['from:  to:  subject:', t('Words in one part of the email')],
    ['has:attachment', t('Emails with files')],
    ['is:unread  is:read  is:starred', t('By their marks')],
    ['in:inbox  in:trash  in:anywhere', t('By where they are; without it, trash and spam are left out')],
    ['after:2026-01-31  before:', t('By date')],
  ];
  return (
    <dl className="mail-operators">
      {operators.map(([operator, meaning]) => (
        <React.Fragment key={operator}>
          <dt>{operator}</dt>
          <dd>{meaning}</dd>
        </React.Fragment>
      ))}
    </dl>
  );
}
