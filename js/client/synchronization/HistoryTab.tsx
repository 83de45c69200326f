import React, { useCallback, useState } from 'react';
import { List, Skeleton, Tag, Typography } from 'antd';
import { useLane } from '../host/lane';
import { useMailChanges } from '../shared/changes';
import { amount, fileSize, longDate, shortDate } from '../shared/format';
import { PagedList } from '../shared/PagedList';
import { Problem } from '../shared/Problem';
import { useLoad } from '../shared/useLoad';
import type { SyncActions } from './actions';
import { span } from './span';
import { RUN_KINDS, STOPS } from './texts';
import type { Run } from './types';

const PAGE_SIZE = 20;

/** What the runs of the last weeks did. */
export function HistoryTab({ actions }: { actions: SyncActions }) {
  const { t } = useLane();
  const [page, setPage] = useState(1);
  const load = useCallback(() => actions.runs(page, PAGE_SIZE), [actions, page]);
  const { value, error, loading, reload } = useLoad(load);
  useMailChanges(() => void reload());
  if (error && !value) return <Problem error={error} retry={() => void reload()} />;
  if (!value) return <Skeleton active paragraph={{ rows: 8 }} />;
  return (
    <PagedList
      count={value.count}
      empty={t('No run has ended yet')}
      loading={loading && value.rows.length === 0}
      onPage={setPage}
      page={page}
      pageSize={PAGE_SIZE}
      renderItem={(run) => <RunItem run={run} />}
      rows={value.rows}
    />
  );
}

function RunItem({ run }: { run: Run }) {
  const { t, say, language } = useLane();
  const locale = language();
  const number = (value: number) => amount(Number(value), locale);
  const changes = [
    run.created > 0 && t('{{count}} new', { count: number(run.created) }),
    run.changed > 0 &&
      (run.kind === 'reconcile'
        ? t('{{count}} refreshed', { count: number(run.changed) })
        : t('{{count}} changed', { count: number(run.changed) })),
    run.removed > 0 && t('{{count}} removed', { count: number(run.removed) }),
    run.skipped > 0 && t('{{count}} left out', { count: number(run.skipped) }),
    run.failed > 0 && t('{{count}} failed', { count: number(run.failed) }),
  ].filter(Boolean);
  const seconds = (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000;
  const cost = [
    t('{{count}} requests', { count: number(run.requests) }),
    run.units > 0 && t('{{count}} quota units', { count: number(run.units) }),
    fileSize(Number(run.bytes), locale),
    // Of several runs that share a row, the pauses between them would count.
    run.passes === 1 && span(seconds, locale),
  ].filter(Boolean);
  const failed = !(run.stop in STOPS);
  const stop = STOPS[run.stop]?.text;
  return (
    <List.Item>
      <div className="mail-run">
        <div className="mail-run-head">
          <strong>{t(RUN_KINDS[run.kind].text)}</strong>
          {run.passes > 1 && <Tag>{t('{{count}} runs', { count: number(run.passes) })}</Tag>}
          <Tag color={failed ? 'error' : run.stop === 'done' ? 'success' : 'default'}>
            {stop === undefined ? t('Failed') : t(stop)}
          </Tag>
          <time className="mail-faint" dateTime={run.endedAt} title={longDate(run.endedAt, locale)}>
            {shortDate(run.endedAt, new Date(), locale)}
          </time>
        </div>
        {changes.length > 0 && <div>{changes.join(' · ')}</div>}
        {changes.length === 0 && run.stop === 'done' && <div>{t('Nothing had changed')}</div>}
        {run.message && <Typography.Text type="danger">{say(run.message)}</Typography.Text>}
        <Typography.Text className="mail-small" type="secondary">
          {cost.join(' · ')}
        </Typography.Text>
      </div>
    </List.Item>
  );
}
