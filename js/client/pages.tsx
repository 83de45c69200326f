import React, { type ComponentType } from 'react';
import { CallbackPage } from './callback/CallbackPage';
import { CentrePage } from './centre/CentrePage';
import { ConsentPage } from './dryrun/ConsentPage';
import type { Lane } from './host/lane';
import { MailPage } from './host/page';
import { SettingsPage } from './settings/SettingsPage';
import { MailIcon } from './topbar/MailIcon';

/** What each client registers. */
export interface Pages {
  /** `/admin/settings/mail`, for whoever may configure. */
  Settings: ComponentType;
  /** `/admin/settings/mail/oauth2`, for any signed-in user. */
  Callback: ComponentType;
  /** `/admin/settings/mail/dry-run`, for any signed-in user. */
  DryRunConsent: ComponentType;
  /** `/admin/mail`, for any signed-in user. */
  Centre: ComponentType;
  /** The icon in the top bar. */
  Icon: ComponentType;
}

/** The pages, bound to the client that shows them. */
export function createPages(lane: Lane): Pages {
  const page = (Content: ComponentType) =>
    function Page() {
      return (
        <MailPage lane={lane}>
          <Content />
        </MailPage>
      );
    };
  return {
    Settings: page(SettingsPage),
    Callback: page(CallbackPage),
    DryRunConsent: page(ConsentPage),
    Centre: page(CentrePage),
    Icon: page(MailIcon),
  };
}
