import React, { useState } from 'react';
import { Button, Tooltip } from 'antd';
import {
  CaretDownOutlined,
  CaretRightOutlined,
  ClockCircleOutlined,
  DeleteOutlined,
  FileTextOutlined,
  FolderOutlined,
  InboxOutlined,
  SendOutlined,
  SettingOutlined,
  SyncOutlined,
  TeamOutlined,
  WarningOutlined,
} from '@ant-design/icons';
import { SyncProgress } from '../accounts/SyncProgress';
import { isTroubled } from '../accounts/TroubledMailboxes';
import { ComposeButtons } from '../compose/Answer';
import { useLane } from '../host/lane';
import {
  type Account,
  BOX_TYPES,
  type BoxType,
  isFirstSync,
  isOurs,
  type MailboxFolders,
  type Member,
} from '../host/types';
import { amount } from '../shared/format';
import { ProviderLogo } from '../shared/ProviderLogo';
import { BOX_NAMES, type BoxCount, countsOf } from './boxes';
import { Department } from './Department';
import { FolderTree } from './FolderTree';
import { isBox, type Place } from './place';
import { TreeButton } from './TreeButton';

const ICONS: Record<BoxType, React.ReactNode> = {
  in: <InboxOutlined aria-hidden />,
  out: <SendOutlined aria-hidden />,
  scheduled: <ClockCircleOutlined aria-hidden />,
  mass: <TeamOutlined aria-hidden />,
  draft: <FileTextOutlined aria-hidden />,
  archive: <FolderOutlined aria-hidden />,
  spam: <WarningOutlined aria-hidden />,
  trash: <DeleteOutlined aria-hidden />,
};

interface Props {
  accounts: Account[];
  folders: MailboxFolders[];
  members: Member[];
  place: Place;
  /** What is listed; nothing of the tree while a search goes through all of it. */
  marked: Place | null;
  syncing: boolean;
  onChoose: (mailbox: string | null, box: BoxType) => void;
  onChooseFolder: (mailbox: string, folder: string) => void;
  onChooseMember: (member: number, box: BoxType) => void;
  onSync: () => void;
  onAccounts: () => void;
  /** What leads across all boxes. */
  children: React.ReactNode;
}

/** The left pane: all mailboxes together, then each of them, and what is being synchronised. */
export function MailboxTree(props: Props) {
  const { accounts, folders, members, place, marked, syncing, onChoose, onChooseMember } = props;
  const { children, onChooseFolder, onSync, onAccounts } = props;
  const { t } = useLane();
  return (
    <div className="mail-tree">
      <div className="mail-tree-head">
        <ComposeButtons mailbox={place.mailbox} />
        <Button block icon={<SyncOutlined aria-hidden spin={syncing} />} onClick={onSync}>
          {t('Sync emails')}
        </Button>
      </div>
      <nav aria-label={t('Mailboxes')} className="mail-tree-boxes">
        <Group
          counts={countsOf(folders, null)}
          icon={<InboxOutlined aria-hidden />}
          mailbox={null}
          name={t('All mailboxes')}
          marked={marked}
          onChoose={onChoose}
          startsOpen
        />
        {children}
        {accounts.map(({ id, email, type, status }) => (
          <Group
            counts={countsOf(folders, email)}
            icon={<ProviderLogo size={16} type={type} />}
            isTroubled={isTroubled(status)}
            key={id}
            mailbox={email}
            marked={marked}
            name={email}
            onChoose={onChoose}
            startsOpen={place.mailbox === email}
          >
            {folders
              .filter(({ accountId }) => accountId === id)
              .map((mailbox) => (
                <FolderTree
                  chosen={marked?.mailbox === email ? marked.folder : null}
                  key={id}
                  mailbox={mailbox}
                  onChoose={(folder) => onChooseFolder(email, folder)}
                />
              ))}
          </Group>
        ))}
        <Department members={members} onChoose={onChooseMember} place={place} />
      </nav>
      <div className="mail-tree-foot">
        {accounts.map(
          ({ id, email, sync, ...rest }) =>
            sync &&
            isFirstSync({ id, email, sync, ...rest }) && <SyncProgress key={id} label={email} sync={sync} />,
        )}
        <Button block icon={<SettingOutlined aria-hidden />} onClick={onAccounts} type="text">
          {t('Email accounts')}
          {accounts.some(({ status }) => isTroubled(status)) && <Trouble />}
        </Button>
      </div>
    </div>
  );
}

function Trouble() {
  const { t } = useLane();
  const said = t('An account needs your attention');
  return (
    <Tooltip title={said}>
      <WarningOutlined aria-label={said} className="mail-warning" />
    </Tooltip>
  );
}

interface GroupProps {
  name: string;
  icon: React.ReactNode;
  mailbox: string | null;
  counts: Record<BoxType, BoxCount>;
  marked: Place | null;
  /** No mail reaches it. */
  isTroubled?: boolean;
  startsOpen: boolean;
  onChoose: Props['onChoose'];
  /** Below the boxes. */
  children?: React.ReactNode;
}

function Group(props: GroupProps) {
  const { name, icon, mailbox, counts, marked, isTroubled, startsOpen, onChoose, children } = props;
  const { t, language } = useLane();
  const [open, setOpen] = useState(startsOpen);
  return (
    <section aria-label={name} className="mail-group">
      <button
        aria-expanded={open}
        className="mail-group-name"
        onClick={() => setOpen(!open)}
        title={name}
        type="button"
      >
        {open ? <CaretDownOutlined aria-hidden /> : <CaretRightOutlined aria-hidden />}
        {icon}
        <span className="mail-ellipsis">{name}</span>
        {isTroubled && <Trouble />}
        {!open && counts.in.unread > 0 && <b>{amount(counts.in.unread, language())}</b>}
      </button>
      {open &&
        BOX_TYPES.filter((box) => !isOurs(box) || counts[box].total > 0).map((box) => (
          <BoxButton
            box={box}
            chosen={marked !== null && isBoxOf(marked, mailbox, box)}
            count={counts[box]}
            key={box}
            label={t(BOX_NAMES[box])}
            onClick={() => onChoose(mailbox, box)}
          />
        ))}
      {open && children}
    </section>
  );
}

function isBoxOf(place: Place, mailbox: string | null, box: BoxType): boolean {
  return place.box === box && place.mailbox === mailbox && place.member === null && isBox(place);
}

interface BoxButtonProps {
  box: BoxType;
  label: string;
  count: BoxCount;
  chosen: boolean;
  onClick: () => void;
}

function BoxButton({ box, label, count, chosen, onClick }: BoxButtonProps) {
  const { t, language } = useLane();
  const unread = amount(count.unread, language());
  const total = amount(count.total, language());
  return (
    <TreeButton
      chosen={chosen}
      data={{ 'data-box': box }}
      icon={ICONS[box]}
      label={label}
      onClick={onClick}
      title={t('{{unread}} unread of {{total}}', { unread, total })}
    >
      {count.unread > 0 ? <b>{unread}</b> : count.total > 0 && <span className="mail-faint">{total}</span>}
    </TreeButton>
  );
}
