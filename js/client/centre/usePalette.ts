import { useMemo } from 'react';
import { theme } from 'antd';
import type { Palette } from './document';

/** The theme's colours for mails that bring none. */
export function usePalette(): Palette {
  const { colorBgContainer, colorText, colorLink } = theme.useToken().token;
  return useMemo(
    () => ({ background: colorBgContainer, text: colorText, link: colorLink }),
    [colorBgContainer, colorText, colorLink],
  );
}
