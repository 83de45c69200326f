import React, { useCallback, useEffect } from 'react';
import { Badge, theme, Tooltip } from 'antd';
import { MailOutlined } from '@ant-design/icons';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import { useMailChanges } from '../shared/changes';
import { useLoad } from '../shared/useLoad';
import { CENTRE_PATH } from '../centre/place';

/** How often the number is asked for without a message from the server, in milliseconds. */
const PERIOD = 60_000;

/** The icon in the top bar, with the number of unread mails in the inboxes. */
export function MailIcon() {
  const lane = useLane();
  const actions = useActions();
  const { token } = theme.useToken();
  // Anonymous pages have a top bar, too.
  const load = useCallback(async () => (lane.isSignedIn() ? actions.unreadCount() : 0), [lane, actions]);
  const { value: unread = 0, reload } = useLoad(load);

  useMailChanges(() => void reload());
  useEffect(() => {
    const timer = setInterval(() => void reload(), PERIOD);
    return () => clearInterval(timer);
  }, [reload]);

  const label = unread > 0 ? lane.t('Email, {{unread}} unread', { unread }) : lane.t('Email');
  const header = token as { colorTextHeaderMenu?: string; colorBgHeaderMenuHover?: string };
  const colors = {
    '--mail-icon': header.colorTextHeaderMenu ?? 'rgba(255, 255, 255, 0.65)',
    '--mail-icon-hover': header.colorBgHeaderMenuHover ?? 'rgba(255, 255, 255, 0.1)',
  } as React.CSSProperties;
  return (
    <Tooltip title={lane.t('Email')}>
      <button
        aria-label={label}
        className="mail-icon"
        data-testid="mail-button"
        onClick={() => lane.navigate(CENTRE_PATH)}
        style={colors}
        type="button"
      >
        <Badge count={unread} offset={[4, 0]} size="small">
          <MailOutlined aria-hidden />
        </Badge>
      </button>
    </Tooltip>
  );
}
