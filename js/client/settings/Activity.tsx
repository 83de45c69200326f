import React, { useCallback, useEffect, useRef, useState } from 'react';
import { Card, Empty, Input, Pagination, Select, Skeleton, Space, Tag, Typography } from 'antd';
import { HistoryOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { Activity as Entry, ActivityKind } from '../host/types';
import type { SettingsSection } from '../host/settingsTypes';
import { TestMailboxTag } from '../dryrun/TestMailboxTag';
import { useMailChanges } from '../shared/changes';
import { dateAndTime } from '../shared/format';
import { Problem } from '../shared/Problem';
import { useLoad } from '../shared/useLoad';
import { KIND_NAMES, sentenceOf } from './activitySentence';

const PAGE_SIZE = 10;

interface Props {
  /** Their strings are in the language of the page; fields are called as they are there. */
  sections: SettingsSection[];
}

/** The audit log: who did what, newest first. */
export function Activity({ sections }: Props) {
  const { t } = useLane();
  const actions = useActions();
  const [page, setPage] = useState(1);
  const [kind, setKind] = useState<ActivityKind>();
  const [email, setEmail] = useState('');
  const { value, error, loading, reload } = useLoad(
    useCallback(
      () => actions.activity({ page, pageSize: PAGE_SIZE, kind, email: email || undefined }),
      [actions, page, kind, email],
    ),
  );
  useMailChanges(() => void reload());
  // After something was saved on this page it has other sections, and something to tell.
  const told = useRef(sections);
  useEffect(() => {
    if (told.current !== sections) void reload();
    told.current = sections;
  }, [sections, reload]);

  const isFiltered = kind !== undefined || email !== '';
  return (
    <Card
      className="mail-activity"
      title={
        <Space>
          <HistoryOutlined aria-hidden />
          {t('Activity')}
        </Space>
      }
    >
      <Typography.Paragraph type="secondary">
        {t(
          'Who changed settings, linked or deleted mailboxes, or opened the mail of others. Entries are kept for 400 days; they never hold secrets or the content of emails.',
        )}
      </Typography.Paragraph>
      <div className="mail-activity-filters">
        <Select
          allowClear
          aria-label={t('Kind of activity')}
          onChange={(chosen: ActivityKind | undefined) => {
            setKind(chosen);
            setPage(1);
          }}
          options={Object.entries(KIND_NAMES).map(([name, text]) => ({ value: name, label: t(text) }))}
          placeholder={t('Everything')}
          value={kind ?? null}
        />
        <Input.Search
          allowClear
          aria-label={t('Address of a mailbox')}
          onSearch={(text) => {
            setEmail(text.trim());
            setPage(1);
          }}
          placeholder={t('Address of a mailbox')}
        />
      </div>
      {error && !value && <Problem error={error} retry={() => void reload()} />}
      {!error && !value && <Skeleton active paragraph={{ rows: 4 }} title={false} />}
      {value?.entries.length === 0 && (
        <Empty
          description={isFiltered ? t('Nothing of this has happened') : t('Nothing has happened yet')}
          image={Empty.PRESENTED_IMAGE_SIMPLE}
        />
      )}
      <ol aria-busy={loading} aria-label={t('Activity')} className="mail-activity-list">
        {value?.entries.map((entry) => (
          <Line entry={entry} key={entry.id} sections={sections} />
        ))}
      </ol>
      {value && value.count > PAGE_SIZE && (
        <Pagination
          align="end"
          current={page}
          onChange={setPage}
          pageSize={PAGE_SIZE}
          showSizeChanger={false}
          simple
          total={value.count}
        />
      )}
    </Card>
  );
}

function Line({ entry, sections }: { entry: Entry; sections: SettingsSection[] }) {
  const { t, language } = useLane();
  return (
    <li data-activity={entry.kind}>
      <time className="mail-small mail-faint" dateTime={entry.at}>
        {dateAndTime(entry.at, language())}
      </time>
      <span>
        {sentenceOf(entry, sections, t)} {entry.details.dryRun && <TestMailboxTag />}
        {entry.messageId !== null && <Tag>#{entry.messageId}</Tag>}
      </span>
    </li>
  );
}
