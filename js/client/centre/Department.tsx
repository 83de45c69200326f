import React, { useState } from 'react';
import { Tag } from 'antd';
import { CaretDownOutlined, CaretRightOutlined, EyeOutlined, UserOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import { BOX_TYPES, type BoxType, isOurs, type Member, type User } from '../host/types';
import { BOX_NAMES } from './boxes';
import type { Place } from './place';

interface Props {
  members: Member[];
  place: Place;
  onChoose: (member: number, box: BoxType) => void;
}

/** Below the user's own mailboxes: the members of the department, whose mail can be looked at. */
export function Department({ members, place, onChoose }: Props) {
  const { t } = useLane();
  if (members.length === 0) return null;
  return (
    <section aria-label={t('Department')} className="mail-department">
      <h3>
        <EyeOutlined aria-hidden /> {t('Department')}
      </h3>
      {members.map((member) => (
        <MemberGroup key={member.id} member={member} onChoose={onChoose} place={place} />
      ))}
    </section>
  );
}

function MemberGroup({ member, place, onChoose }: { member: Member } & Omit<Props, 'members'>) {
  const { t } = useLane();
  const [open, setOpen] = useState(place.member === member.id);
  const addresses = member.mailboxes.map(({ email }) => email).join(', ');
  return (
    <section aria-label={member.nickname} className="mail-group" data-member={member.id}>
      <button
        aria-expanded={open}
        className="mail-group-name"
        onClick={() => setOpen(!open)}
        title={addresses}
        type="button"
      >
        {open ? <CaretDownOutlined aria-hidden /> : <CaretRightOutlined aria-hidden />}
        <UserOutlined aria-hidden />
        <span className="mail-ellipsis">{member.nickname}</span>
      </button>
      {open &&
        BOX_TYPES.filter((box) => !isOurs(box)).map((box) => {
          const chosen = place.member === member.id && place.box === box;
          return (
            <button
              aria-current={chosen ? 'true' : undefined}
              className={chosen ? 'mail-box is-selected' : 'mail-box'}
              data-box={box}
              key={box}
              onClick={() => onChoose(member.id, box)}
              type="button"
            >
              <span className="mail-ellipsis">{t(BOX_NAMES[box])}</span>
            </button>
          );
        })}
    </section>
  );
}

/** Above somebody else's mail: whose it is, and that looking at it changes nothing and is noted. */
export function OthersMail({ user }: { user: User | undefined }) {
  const { t } = useLane();
  return (
    <div className="mail-others" role="note">
      <Tag color="gold" icon={<EyeOutlined aria-hidden />}>
        {t('Email of {{name}}', { name: user?.nickname ?? t('somebody else') })}
      </Tag>
      <span className="mail-small">
        {t('You can read it, but not change it or answer it. That you opened it is noted.')}
      </span>
    </div>
  );
}
