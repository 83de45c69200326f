import React from 'react';

interface Props {
  icon: React.ReactNode;
  label: string;
  chosen: boolean;
  title?: string | undefined;
  /** Attributes that tell it from others. */
  data: Record<`data-${string}`, unknown>;
  onClick: () => void;
  /** Behind the name. */
  children?: React.ReactNode;
}

/** A place of the tree that leads to a list. */
export function TreeButton({ icon, label, chosen, title, data, onClick, children }: Props) {
  return (
    <button
      aria-current={chosen ? 'true' : undefined}
      className={chosen ? 'mail-box is-selected' : 'mail-box'}
      onClick={onClick}
      title={title}
      type="button"
      {...data}
    >
      {icon}
      <span className="mail-ellipsis">{label}</span>
      {children}
    </button>
  );
}
