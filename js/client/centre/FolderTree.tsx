import React, { useRef, useState } from 'react';
import { CaretDownOutlined, CaretRightOutlined, FolderOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import type { MailboxFolders } from '../host/types';
import { amount } from '../shared/format';
import { type FolderLine, idsAbove, linesOf, nested, stepOf, unreadWithin } from './folders';
import { ALL_FOLDERS, useOpenFolders } from './useOpenFolders';

interface Props {
  mailbox: MailboxFolders;
  /** The id of the folder whose emails are listed. */
  chosen: string | null;
  onChoose: (folder: string) => void;
}

/** Below a mailbox's boxes: the folders, or labels, that its user has made at the provider. */
export function FolderTree({ mailbox, chosen, onChoose }: Props) {
  const { t } = useLane();
  const { folders, accountId, email } = mailbox;
  const above = chosen === null ? [] : [ALL_FOLDERS, ...idsAbove(folders, chosen)];
  const { isOpen, toggle } = useOpenFolders(accountId, above);
  if (folders.length === 0) return null;
  const open = isOpen(ALL_FOLDERS);
  return (
    <div className="mail-folders">
      <button
        aria-expanded={open}
        className="mail-group-name"
        onClick={() => toggle(ALL_FOLDERS)}
        type="button"
      >
        {open ? <CaretDownOutlined aria-hidden /> : <CaretRightOutlined aria-hidden />}
        <span className="mail-ellipsis">{t('Folders')}</span>
      </button>
      {open && (
        <Tree
          chosen={chosen}
          isOpen={isOpen}
          label={t('Folders of {{email}}', { email })}
          lines={linesOf(nested(folders), isOpen)}
          onChoose={onChoose}
          toggle={toggle}
        />
      )}
    </div>
  );
}

interface TreeProps extends Pick<Props, 'chosen' | 'onChoose'> {
  label: string;
  lines: FolderLine[];
  isOpen: (id: string) => boolean;
  toggle: (id: string) => void;
}

/** One of its lines can be reached by Tab, the others by the arrow keys. */
function Tree({ label, lines, chosen, isOpen, toggle, onChoose }: TreeProps) {
  const element = useRef<HTMLDivElement>(null);
  const [reached, setReached] = useState(chosen);
  const at = Math.max(
    0,
    [reached, chosen]
      .map((id) => lines.findIndex(({ node }) => node.id === id))
      .find((index) => index >= 0) ?? 0,
  );
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const line = lines[at];
    const step = stepOf(event.key, lines, at, isOpen);
    const chooses = event.key === 'Enter' || event.key === ' ';
    if (!line || !(step || chooses)) return;
    event.preventDefault();
    event.stopPropagation();
    if (chooses) onChoose(line.node.id);
    else if (step && 'toggle' in step) toggle(step.toggle);
    else if (step) (element.current?.children[step.to] as HTMLElement | undefined)?.focus();
  };
  return (
    <div aria-label={label} onKeyDown={onKeyDown} ref={element} role="tree">
      {lines.map((line, index) => (
        <Line
          chosen={line.node.id === chosen}
          key={line.node.id}
          line={line}
          onChoose={onChoose}
          onReach={setReached}
          open={isOpen(line.node.id)}
          reached={index === at}
          toggle={toggle}
        />
      ))}
    </div>
  );
}

interface LineProps extends Pick<TreeProps, 'toggle' | 'onChoose'> {
  line: FolderLine;
  chosen: boolean;
  open: boolean;
  reached: boolean;
  onReach: (id: string) => void;
}

function Line({ line, chosen, open, reached, toggle, onChoose, onReach }: LineProps) {
  const { t, language } = useLane();
  const { node, level, place, places } = line;
  const { id, name } = node;
  const isParent = node.children.length > 0;
  // A closed folder speaks for those in it.
  const count = isParent && !open ? unreadWithin(node) : node.unread;
  const unread = amount(count, language());
  return (
    <div
      aria-expanded={isParent ? open : undefined}
      aria-level={level}
      aria-posinset={place}
      aria-selected={chosen}
      aria-setsize={places}
      className={chosen ? 'mail-box is-selected' : 'mail-box'}
      data-folder={id}
      onClick={() => onChoose(id)}
      onFocus={() => onReach(id)}
      role="treeitem"
      style={{ '--mail-level': level } as React.CSSProperties}
      tabIndex={reached ? 0 : -1}
      title={`${name} · ${t('Unread: {{count}}', { count: unread })}`}
    >
      <span
        aria-hidden
        className="mail-folder-toggle"
        onClick={(event) => {
          if (!isParent) return;
          event.stopPropagation();
          toggle(id);
        }}
      >
        {isParent && (open ? <CaretDownOutlined /> : <CaretRightOutlined />)}
      </span>
      <FolderOutlined aria-hidden />
      <span className="mail-ellipsis">{name}</span>
      {count > 0 && <b>{unread}</b>}
    </div>
  );
}
