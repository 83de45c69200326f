import React, { useState } from 'react';
import { Avatar, Typography } from 'antd';
import { useLane } from '../host/lane';
import type { Message, Person } from '../host/types';
import { amount, hueOf, initials, longDate, peopleText, personName } from '../shared/format';

/** So many recipients are named at once. */
const NAMED = 5;

/** Who wrote an email to whom, and when. */
export function People({ message }: { message: Omit<Message, 'id'> }) {
  const { t, language } = useLane();
  const [open, setOpen] = useState(false);
  const sender: Person = message.fromUser ?? { address: message.from ?? null };
  const to = message.toUsers ?? [];
  const cc = message.ccUsers ?? [];
  // Only one's own mail says it.
  const bcc = message.bccUsers ?? [];
  const recipients = () => {
    const all = [...to, ...cc, ...bcc];
    const hidden = all.length > NAMED + 1 ? all.length - NAMED : 0;
    const people = all
      .slice(0, all.length - hidden)
      .map(personName)
      .join(', ');
    return hidden > 0
      ? t('to {{people}} and {{count}} others', { people, count: amount(hidden, language()) })
      : t('to {{people}}', { people: people || message.email });
  };
  return (
    <div className="mail-people">
      <Avatar size={40} style={{ background: `hsl(${hueOf(sender.address ?? '')} 45% 45%)` }}>
        {initials(sender)}
      </Avatar>
      <div className="mail-people-text">
        <div>
          <Typography.Text strong>{personName(sender)}</Typography.Text>
          {sender.name && sender.address && (
            <Typography.Text type="secondary">{` <${sender.address}>`}</Typography.Text>
          )}
        </div>
        <button aria-expanded={open} className="mail-recipients" onClick={() => setOpen(!open)} type="button">
          {open ? (
            <>
              <PeopleLine label={t('To')} people={to} />
              <PeopleLine label={t('Cc')} people={cc} />
              <PeopleLine label={t('Bcc')} people={bcc} />
              <span>{t('In {{mailbox}}', { mailbox: message.email })}</span>
            </>
          ) : (
            recipients()
          )}
        </button>
      </div>
      <time className="mail-small mail-faint" dateTime={message.date ?? undefined}>
        {longDate(message.date, language())}
      </time>
    </div>
  );
}

function PeopleLine({ label, people }: { label: string; people: Person[] }) {
  if (people.length === 0) return null;
  return (
    <span>
      <b>{label}</b> {peopleText(people)}
    </span>
  );
}
