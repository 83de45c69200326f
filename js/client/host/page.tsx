import React, { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { App, ConfigProvider, theme } from 'antd';
import { createActions, type MailActions } from './actions';
import { type Lane, LaneProvider, useLane } from './lane';
import css from '../shared/mail.css';
import { useReducedMotion } from '../shared/useReducedMotion';

/** The host's theme, in which dialogs, drawers and menus stand there at once. */
const STILL = { token: { motion: false } };

/** What every page starts with: its lane, messages and dialogs in the host's theme, and our style sheet. */
export function MailPage({ lane, children }: { lane: Lane; children: React.ReactNode }) {
  return (
    <LaneProvider value={lane}>
      <ThemedRoot>
        <App component={false}>{children}</App>
      </ThemedRoot>
    </LaneProvider>
  );
}

/**
 * The style sheet speaks in variables, so that it follows the theme of the host, light or dark. Dialogs, drawers and menus
 * stand at the end of the document, in an element that has the same variables.
 */
function ThemedRoot({ children }: { children: React.ReactNode }) {
  const { token } = theme.useToken();
  const variables = {
    '--mail-background': token.colorBgContainer,
    '--mail-background-soft': token.colorFillQuaternary,
    '--mail-background-layout': token.colorBgLayout,
    '--mail-text': token.colorText,
    '--mail-text-soft': token.colorTextSecondary,
    // The host's own third shade, and its blue as a text, are too pale to be read by everybody.
    '--mail-text-faint': `color-mix(in srgb, ${token.colorText} 72%, transparent)`,
    '--mail-text-primary': `color-mix(in srgb, ${token.colorPrimary} 70%, ${token.colorText})`,
    '--mail-border': token.colorBorderSecondary,
    '--mail-primary': token.colorPrimary,
    '--mail-hover': token.controlItemBgHover,
    '--mail-selected': token.controlItemBgActive,
    '--mail-star': token.gold6 ?? token.colorWarning,
    '--mail-mark': token.gold3 ?? token.colorWarningBg,
    '--mail-success': token.colorSuccess,
    '--mail-error': token.colorError,
    '--mail-radius': `${token.borderRadius}px`,
    '--mail-radius-large': `${token.borderRadiusLG}px`,
    '--mail-font-size': `${token.fontSize}px`,
    '--mail-font-size-small': `${token.fontSizeSM}px`,
  } as React.CSSProperties;
  const isStill = useReducedMotion();
  const place = useRef<HTMLDivElement>(null);
  const [over] = useState(() => document.createElement('div'));
  useLayoutEffect(() => {
    document.body.append(over);
    return () => over.remove();
  }, [over]);
  useLayoutEffect(() => {
    over.className = 'mail-root';
    over.style.cssText = place.current?.style.cssText ?? '';
  });
  return (
    <div className="mail-root" ref={place} style={variables}>
      <style>{css}</style>
      <ConfigProvider getPopupContainer={() => over} {...(isStill && { theme: STILL })}>
        {children}
      </ConfigProvider>
    </div>
  );
}

/** The server's actions, called through the lane of the page. */
export function useActions(): MailActions {
  const lane = useLane();
  return useMemo(() => createActions(lane), [lane]);
}
