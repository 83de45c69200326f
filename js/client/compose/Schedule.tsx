import React, { useState } from 'react';
import { Button, DatePicker, Dropdown, Modal } from 'antd';
import { ClockCircleOutlined, DownOutlined } from '@ant-design/icons';
import dayjs, { type Dayjs } from 'dayjs';
import { useLane } from '../host/lane';
import { dateAndTime } from '../shared/format';
import { proposedTimes } from './times';
import { useOpening } from './useEscape';

interface Props {
  disabled: boolean;
  onSchedule: (iso: string) => void;
}

/** The part of the send button that sends later. */
export function Schedule({ disabled, onSchedule }: Props) {
  const { t, language } = useLane();
  const { open, setOpen, button } = useOpening();
  const [choosing, setChoosing] = useState(false);
  const [time, setTime] = useState<Dayjs | null>(null);
  const proposals = proposedTimes(new Date());
  const names = { evening: t('This evening'), morning: t('Tomorrow morning'), monday: t('Monday morning') };
  const items = [
    ...proposals.map(({ name, date }) => ({
      key: date.toISOString(),
      label: (
        <span className="mail-schedule-item">
          {names[name]}
          <span className="mail-compose-soft">{dateAndTime(date.toISOString(), language())}</span>
        </span>
      ),
    })),
    { type: 'divider' as const },
    { key: 'choose', icon: <ClockCircleOutlined aria-hidden />, label: t('Choose a date and time…') },
  ];
  const isFuture = time !== null && time.isAfter(dayjs());
  return (
    <>
      <Dropdown
        disabled={disabled}
        menu={{
          items,
          onClick: ({ key }) => {
            if (key === 'choose') {
              setTime(dayjs(proposals[0]?.date));
              setChoosing(true);
            } else onSchedule(key);
          },
        }}
        onOpenChange={setOpen}
        open={open}
        placement="topLeft"
        trigger={['click']}
      >
        <Button
          aria-label={t('Send later')}
          icon={<DownOutlined aria-hidden />}
          ref={button}
          title={t('Send later')}
          type="primary"
        />
      </Dropdown>
      <Modal
        cancelText={t('Cancel')}
        okButtonProps={{ disabled: !isFuture }}
        okText={t('Schedule')}
        onCancel={() => setChoosing(false)}
        onOk={() => {
          setChoosing(false);
          if (time) onSchedule(time.toISOString());
        }}
        open={choosing}
        title={t('When shall it be sent?')}
        width={420}
      >
        <DatePicker
          allowClear={false}
          aria-label={t('Date and time')}
          disabledDate={(date) =>
            date.isBefore(dayjs().startOf('day')) || date.isAfter(dayjs().add(1, 'year'))
          }
          format="YYYY-MM-DD HH:mm"
          needConfirm={false}
          onChange={setTime}
          showTime={{ format: 'HH:mm', minuteStep: 5 }}
          style={{ width: '100%' }}
          value={time}
        />
        <p className="mail-compose-soft mail-small">
          {isFuture
            ? t('In the time of this computer. Until then it can be cancelled in the outbox.')
            : t('Choose a time that is still to come.')}
        </p>
      </Modal>
    </>
  );
}
