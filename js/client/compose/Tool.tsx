import React from 'react';
import { Button, Tooltip } from 'antd';

interface ToolProps extends Omit<React.ComponentProps<typeof Button>, 'title'> {
  title: string;
  active?: boolean;
}

/** A button of the toolbar. */
export const Tool = React.forwardRef<HTMLButtonElement, ToolProps>(function Tool(
  { title, active, ...rest },
  ref,
) {
  return (
    <Tooltip mouseEnterDelay={0.5} title={title}>
      <Button
        aria-label={title}
        aria-pressed={active}
        className={active ? 'mail-tool is-active' : 'mail-tool'}
        // The text keeps its selection.
        onMouseDown={(event) => event.preventDefault()}
        ref={ref}
        size="small"
        type="text"
        {...rest}
      />
    </Tooltip>
  );
});
