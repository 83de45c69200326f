import React, { useLayoutEffect, useMemo, useRef } from 'react';
import { App, type ModalFuncProps } from 'antd';

type Ask = (options: ModalFuncProps & { title: string }) => void;

/** antd's questions and messages, which it leaves without a name for those who hear the page. */
export function useModal(): { confirm: Ask; info: Ask; warning: Ask } {
  const { modal } = App.useApp();
  return useMemo(() => {
    const named = (options: ModalFuncProps & { title: string }) => ({
      ...options,
      modalRender: (content: React.ReactNode) => <Named name={options.title}>{content}</Named>,
    });
    return {
      confirm: (options) => void modal.confirm(named(options)),
      info: (options) => void modal.info(named(options)),
      warning: (options) => void modal.warning(named(options)),
    };
  }, [modal]);
}

/** Names the dialog that it is drawn in. */
function Named({ name, children }: { name: string; children: React.ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    place.current?.closest('[role=dialog]')?.setAttribute('aria-label', name);
  }, [name]);
  return <div ref={place}>{children}</div>;
}
