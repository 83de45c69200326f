// The pages in NocoBase's client at `/`.
import React from 'react';
import { PinnedPluginListProvider, Plugin, SchemaComponentOptions } from '@nocobase/client';
import { useLocation } from 'react-router-dom';
import { createLane } from './host/lane';
import { createPages } from './pages';

export default class PluginEmailManagerClient extends Plugin {
  override load() {
    const pages = createPages(createLane(this.app, () => useLocation().search));

    this.app.pluginSettingsManager.add('mail', {
      title: this.t('Email settings'),
      icon: 'MailOutlined',
      Component: pages.Settings,
      aclSnippet: 'pm.mail',
    });
    // Beside the settings, not below them: it is for users who may not see those.
    this.app.router.add('mail-oauth2', {
      path: '/admin/settings/mail/oauth2',
      Component: pages.Callback,
      skipAuthCheck: true,
    });
    this.app.router.add('mail-dry-run', {
      path: '/admin/settings/mail/dry-run',
      Component: pages.DryRunConsent,
    });
    this.app.router.add('admin.mail', { path: '/admin/mail', Component: pages.Centre });

    const items = { mail: { order: 302, component: 'MailIcon', pin: true, snippet: '*' } };
    this.app.addProvider(({ children }: { children?: React.ReactNode }) => (
      <PinnedPluginListProvider items={items}>
        <SchemaComponentOptions components={{ MailIcon: pages.Icon }}>{children}</SchemaComponentOptions>
      </PinnedPluginListProvider>
    ));
    return Promise.resolve();
  }
}
