import React, { useRef } from 'react';
import { useLane } from '../host/lane';
import type { Pane, PaneWidths } from './usePaneWidths';

/** How far a key moves it, in pixels. */
const STEP = 16;

interface Props {
  pane: Pane;
  widths: PaneWidths;
}

/** The line at the end of a pane: it is dragged, or moved by the arrow keys; a double click brings the usual width back. */
export function PaneDivider({ pane, widths }: Props) {
  const { t } = useLane();
  const { value, min, max } = widths.of[pane];
  const from = useRef<{ pointer: number; width: number }>();
  const names: Record<Pane, string> = { tree: t('Width of the mailboxes'), list: t('Width of the list') };
  const keys: Record<string, number> = {
    ArrowLeft: value - STEP,
    ArrowRight: value + STEP,
    Home: min,
    End: max,
  };
  const set = (wanted: number) => widths.set(pane, Math.min(Math.max(wanted, min), max));
  return (
    <div
      aria-label={names[pane]}
      aria-orientation="vertical"
      aria-valuemax={max}
      aria-valuemin={min}
      aria-valuenow={value}
      className={`mail-divider is-${pane}`}
      onDoubleClick={() => widths.set(pane, undefined)}
      onKeyDown={(event) => {
        const wanted = keys[event.key];
        if (wanted === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        event.stopPropagation();
        set(wanted);
      }}
      onLostPointerCapture={() => (from.current = undefined)}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        // So that the pointer is followed over an open email, too, whose frame takes what happens in it.
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { pointer: event.clientX, width: value };
      }}
      onPointerMove={(event) => {
        if (from.current) set(from.current.width + event.clientX - from.current.pointer);
      }}
      role="separator"
      tabIndex={0}
    />
  );
}
