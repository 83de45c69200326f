import React, { useState } from 'react';
import { Alert, Button, Tag } from 'antd';
import { CloudOutlined } from '@ant-design/icons';
import { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { FoundMessage, MessageRow, ProviderResult, UnstoredMessage } from '../host/types';
import { shortDate } from '../shared/format';
import { ProviderLogo } from '../shared/ProviderLogo';
import { Marked } from './Marked';
import { peopleOf } from './MessageItem';

interface Props {
  text: string;
  /** The mailbox to look into; `null` for all. */
  mailbox: string | null;
  highlight: string[];
  onOpen: (row: MessageRow) => void;
  onOpenUnstored: (message: UnstoredMessage) => void;
}

/** The second step of a search: the providers, who know what isn't kept here. Draw it with the search as key. */
export function ProviderSearch({ text, mailbox, highlight, onOpen, onOpenUnstored }: Props) {
  const { t, say } = useLane();
  const actions = useActions();
  const [results, setResults] = useState<ProviderResult[]>();
  const [isLooking, setLooking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const look = async () => {
    setLooking(true);
    setProblem(undefined);
    try {
      setResults(await actions.searchProviders(text, mailbox));
    } catch (error) {
      setProblem(say(error instanceof MailError ? error.message : String(error)));
    } finally {
      setLooking(false);
    }
  };
  return (
    <section aria-label={t('Search at the provider')} className="mail-provider-search">
      <div className="mail-provider-search-head">
        <Button block icon={<CloudOutlined aria-hidden />} loading={isLooking} onClick={() => void look()}>
          {t('Search at the provider too')}
        </Button>
        {problem && <Alert message={problem} showIcon type="error" />}
      </div>
      {results?.map(({ email, type, rows, more, error }) => (
        <section aria-label={email} key={email}>
          <h3>
            <ProviderLogo size={14} type={type} />
            <span className="mail-ellipsis">{email}</span>
          </h3>
          {error && <Alert message={say(error.message)} showIcon type="warning" />}
          {!error && rows.length === 0 && (
            <p className="mail-faint">{t('The provider finds nothing, too')}</p>
          )}
          {rows.map((row) => (
            <FoundRow
              highlight={highlight}
              key={row.mailId}
              onOpen={() => (row.stored === false ? onOpenUnstored(row) : onOpen(row))}
              row={row}
            />
          ))}
          {more && <p className="mail-faint">{t('There may be more: search for more words')}</p>}
        </section>
      ))}
    </section>
  );
}

function FoundRow({
  row,
  highlight,
  onOpen,
}: {
  row: FoundMessage;
  highlight: string[];
  onOpen: () => void;
}) {
  const { t, language } = useLane();
  return (
    <button className="mail-found" onClick={onOpen} type="button">
      <span className="mail-row-line">
        <span className="mail-row-people">
          <Marked text={peopleOf(row, t)} words={highlight} />
        </span>
        {row.stored === false && <Tag>{t('Only at the provider')}</Tag>}
        <time className="mail-row-date" dateTime={row.date ?? undefined}>
          {shortDate(row.date, new Date(), language())}
        </time>
      </span>
      <span className="mail-row-subject">
        <span className="mail-ellipsis">
          <Marked text={row.subject || t('(no subject)')} words={highlight} />
        </span>
      </span>
      <span className="mail-row-preview">
        <Marked text={row.preview ?? ''} words={highlight} />
      </span>
    </button>
  );
}
