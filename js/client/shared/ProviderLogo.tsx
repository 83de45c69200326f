import React from 'react';
import type { ProviderType } from '../host/types';

export const PROVIDER_NAMES: Record<ProviderType, string> = { google: 'Gmail', microsoft: 'Outlook' };

/** A small drawing that stands for a provider, in its colours. */
export function ProviderLogo({ type, size = 20 }: { type: ProviderType; size?: number }) {
  return (
    <svg
      aria-label={PROVIDER_NAMES[type]}
      height={size}
      role="img"
      style={{ display: 'block', flex: 'none' }}
      viewBox="0 0 24 24"
      width={size}
    >
      {type === 'google' ? <GoogleShapes /> : <MicrosoftShapes />}
    </svg>
  );
}

/** An envelope whose flap is an M in four colours. */
function GoogleShapes() {
  return (
    <>
      <path d="M2 6.5V19h4.2V10.4z" fill="#4285f4" />
      <path d="M22 6.5V19h-4.2V10.4z" fill="#34a853" />
      <path d="M6.2 5.2 12 9.6l5.8-4.4v5.4L12 15l-5.8-4.4z" fill="#ea4335" />
      <path d="M2 6.6C2 4.5 4.3 3.7 6.2 5.2v5.4L2 7.6z" fill="#c5221f" />
      <path d="M22 6.6c0-2.1-2.3-2.9-4.2-1.4v5.4l4.2-3z" fill="#fbbc04" />
    </>
  );
}

/** An envelope behind a tile with an O. */
function MicrosoftShapes() {
  return (
    <>
      <rect fill="#0a5ea8" height="13" rx="1.4" width="14" x="8.5" y="5.5" />
      <path d="m8.5 8.2 7 4.8 7-4.8V7a1.4 1.4 0 0 0-1.4-1.5H9.9A1.4 1.4 0 0 0 8.5 7z" fill="#28a8ea" />
      <rect fill="#0f6cbd" height="11" rx="1.4" width="11" x="1.5" y="6.5" />
      <ellipse cx="7" cy="12" fill="none" rx="2.6" ry="3" stroke="#fff" strokeWidth="1.7" />
    </>
  );
}
