import React, { useMemo } from 'react';
import { Button, Radio, Typography } from 'antd';
import { MenuOutlined } from '@ant-design/icons';
import { WriteButton } from '../compose/WriteButton';
import { type Lane, useLane } from '../host/lane';
import type { MailboxFolders, MessageRow, UnstoredMessage } from '../host/types';
import { amount } from '../shared/format';
import { BOX_NAMES } from './boxes';
import { pathOfFolder } from './folders';
import { MessageList } from './MessageList';
import { BulkBar } from './organise/BulkBar';
import type { RowAction } from './organise/RowParts';
import type { Organising } from './organise/useOrganising';
import type { Selection } from './organise/useSelection';
import { isBox, type Place } from './place';
import { ProviderSearch } from './ProviderSearch';
import { RowPlaceProvider } from './RowPlace';
import { SearchBox } from './SearchBox';
import type { useMessages } from './useMessages';
import type { Walk } from './useWalk';

interface Props {
  pages: ReturnType<typeof useMessages>;
  place: Place;
  folders: MailboxFolders[];
  /** Whose mail it is, where it is another's. */
  owner: string | undefined;
  narrow: boolean;
  /** Above the list. */
  notice: React.ReactNode;
  /** Whether a first synchronisation is on its way that can bring what the place shows. */
  arrives: boolean;
  unreadOnly: boolean;
  organising: Organising;
  selection: Selection;
  /** What is searched for; empty for nothing. */
  text: string;
  onSearch: (text: string) => void;
  onOpenUnstored: (message: UnstoredMessage) => void;
  setUnreadOnly: (value: boolean) => void;
  onMenu: () => void;
  onOpen: (row: MessageRow) => void;
  onAction: (row: MessageRow, action: RowAction) => void;
  walk: Walk;
}

/** The list of a place or of what a search has found, under its name or, where some of it is selected, under what can be done with that. */
export function ListPane(props: Props) {
  const { pages, place, owner, narrow, arrives, unreadOnly, organising, selection, text } = props;
  const { t, language } = useLane();
  const open = place.message;
  const label = organising.labels.find(({ id }) => id === place.label)?.label;
  const name = text ? t('Search results') : (label ?? nameOf(place, props.folders, t));
  const emptyText = text
    ? t('Nothing kept here matches your search')
    : unreadOnly || place.status === 'unread'
      ? t('Everything here has been read')
      : arrives
        ? t('Your first emails are on their way')
        : t('There are no emails here');
  const isOfAll = place.mailbox === null && place.member === null;
  const told = useMemo(
    () => ({ mailbox: isOfAll && props.folders.length > 1, box: text !== '' || !isBox(place) }),
    [isOfAll, props.folders.length, text, place],
  );
  return (
    <section aria-label={name} className="mail-list-pane">
      <header className="mail-list-head">
        {narrow && (
          <Button aria-label={t('Mailboxes')} icon={<MenuOutlined />} onClick={props.onMenu} type="text" />
        )}
        <div className="mail-list-title">
          <Typography.Title level={5}>{name}</Typography.Title>
          <span className="mail-small mail-faint mail-ellipsis">
            {place.member ? (owner ?? t('somebody else')) : (place.mailbox ?? t('All mailboxes'))}
            {pages.count !== undefined && pages.isCounted && ` · ${amount(pages.count, language())}`}
          </span>
        </div>
        {place.status !== 'unread' && (
          <Radio.Group
            aria-label={t('Which emails are listed')}
            className="mail-list-choice"
            onChange={({ target }) => props.setUnreadOnly(target.value === 'unread')}
            optionType="button"
            options={[
              { label: t('All'), value: 'all' },
              { label: t('Unread'), value: 'unread' },
            ]}
            size="small"
            value={unreadOnly ? 'unread' : 'all'}
          />
        )}
      </header>
      <SearchBox onSearch={props.onSearch} text={text} />
      {selection.rows.length > 0 && (
        <BulkBar
          onAll={selection.all}
          onClear={selection.clear}
          organising={organising}
          rows={selection.rows}
        />
      )}
      {props.notice}
      <RowPlaceProvider value={told}>
        <MessageList
          checked={selection.ids}
          emptyText={emptyText}
          key={`${place.member ?? ''}/${place.mailbox ?? ''}/${place.box}/${place.todo}/${place.label ?? ''}/${place.status ?? ''}/${place.folder ?? ''}/${unreadOnly}/${text}`}
          label={name}
          onAction={props.onAction}
          onOpen={props.onOpen}
          pages={pages}
          selected={open && (pages.rowWith(open)?.id ?? open)}
          walk={props.walk}
        />
      </RowPlaceProvider>
      {narrow && <WriteButton mailbox={place.mailbox} />}
      {text && place.member === null && (
        <ProviderSearch
          highlight={pages.highlight}
          key={`${place.mailbox ?? ''}/${text}`}
          mailbox={place.mailbox}
          onOpen={props.onOpen}
          onOpenUnstored={props.onOpenUnstored}
          text={text}
        />
      )}
    </section>
  );
}

function nameOf(place: Place, mailboxes: MailboxFolders[], t: Lane['t']): string {
  if (place.todo) return t('To-do');
  if (place.status) return place.status === 'unread' ? t('Unread') : t('Starred');
  if (!place.folder) return t(BOX_NAMES[place.box]);
  const folders = mailboxes.find(({ email }) => email === place.mailbox)?.folders;
  return pathOfFolder(folders ?? [], place.folder) ?? t('Folder');
}
