import React, { useCallback, useState } from 'react';
import { App, Button, List, Radio, Skeleton, Typography } from 'antd';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { announceChange, useMailChanges } from '../shared/changes';
import { amount, timeAgo } from '../shared/format';
import { PagedList } from '../shared/PagedList';
import { Problem } from '../shared/Problem';
import { useLoad } from '../shared/useLoad';
import type { SyncActions } from './actions';
import { ITEM_STATES, REASONS } from './texts';
import type { Item, ItemState } from './types';

const PAGE_SIZE = 20;
const SHOWN: ItemState[] = ['failing', 'listed', 'missing', 'skipped', 'gone'];

/** The emails that are known and not stored, each with its reason. */
export function ItemsTab({ actions }: { actions: SyncActions }) {
  const { t, say, language } = useLane();
  const { message } = App.useApp();
  const [state, setState] = useState<ItemState>('failing');
  const [page, setPage] = useState(1);
  const [retrying, setRetrying] = useState(false);
  const overview = useLoad(actions.overview);
  const load = useCallback(() => actions.items(state, page, PAGE_SIZE), [actions, state, page]);
  const { value, error, reload } = useLoad(load);
  useMailChanges(() => {
    void reload();
    void overview.reload();
  });

  const retry = async (mailIds: string[]) => {
    setRetrying(true);
    try {
      await actions.retry(mailIds);
      message.success(t('It is being tried again'));
      announceChange();
    } catch (failure) {
      message.error(say((failure as MailError).message));
    } finally {
      setRetrying(false);
    }
  };

  const counts = overview.value?.counts.items;
  const options = SHOWN.map((each) => ({
    value: each,
    label: counts
      ? `${t(ITEM_STATES[each].text)} (${amount(counts[each], language())})`
      : t(ITEM_STATES[each].text),
  }));
  return (
    <div className="mail-sync-tab">
      <div className="mail-sync-states">
        <Radio.Group
          aria-label={t('Kind of emails')}
          onChange={({ target }) => {
            setState(target.value as typeof state);
            setPage(1);
          }}
          optionType="button"
          options={options}
          value={state}
        />
      </div>
      {state === 'failing' && value !== undefined && value.count > 0 && (
        <div>
          <Button loading={retrying} onClick={() => void retry([])} type="primary">
            {t('Try all again now')}
          </Button>
        </div>
      )}
      {error && !value && <Problem error={error} retry={() => void reload()} />}
      {!error && !value && <Skeleton active paragraph={{ rows: 5 }} />}
      {value && (
        <PagedList
          count={value.count}
          empty={t('There are none of these')}
          onPage={setPage}
          page={page}
          pageSize={PAGE_SIZE}
          renderItem={(item) => (
            <List.Item
              actions={
                item.state === 'failing'
                  ? [
                      <Button
                        disabled={retrying}
                        key="retry"
                        onClick={() => void retry([item.mailId])}
                        size="small"
                        type="link"
                      >
                        {t('Try again now')}
                      </Button>,
                    ]
                  : []
              }
            >
              <ItemText item={item} />
            </List.Item>
          )}
          rows={value.rows}
        />
      )}
    </div>
  );
}

function ItemText({ item }: { item: Item }) {
  const { t, say, language } = useLane();
  const ago = (iso: string) => timeAgo(iso, new Date(), language());
  const reason = REASONS[item.reason ?? '']?.text;
  // An error is its code and its sentence.
  const sentence = item.reason?.replace(/^\w+: /, '') ?? '';
  const facts = [
    item.state === 'failing' && t('tried {{count}} times', { count: item.attempts ?? 0 }),
    item.state === 'failing' &&
      item.nextAttemptAt &&
      t('next try {{when}}', { when: ago(item.nextAttemptAt) }),
    item.since && t('known {{ago}}', { ago: ago(item.since) }),
  ].filter(Boolean);
  return (
    <div className="mail-item">
      <div>{say(reason ?? sentence)}</div>
      <Typography.Text className="mail-small mail-item-id" copyable type="secondary">
        {item.mailId}
      </Typography.Text>
      <Typography.Text className="mail-small" type="secondary">
        {facts.join(' · ')}
      </Typography.Text>
    </div>
  );
}
