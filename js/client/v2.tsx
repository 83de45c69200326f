// The pages in NocoBase's client at `/v/`.
import React from 'react';
import { Plugin, TopbarActionModel } from '@nocobase/client-v2';
import { useLocation } from 'react-router-dom';
import { createLane } from './host/lane';
import { createPages } from './pages';

export default class PluginEmailManagerClientV2 extends Plugin {
  override load() {
    const pages = createPages(createLane(this.app, () => useLocation().search));
    const title = this.t('Email settings');
    const aclSnippet = 'pm.mail';

    this.app.pluginSettingsManager.addMenuItem({ key: 'mail', title, icon: 'MailOutlined', aclSnippet });
    this.app.pluginSettingsManager.addPageTabItem({
      menuKey: 'mail',
      key: 'index',
      title,
      aclSnippet,
      componentLoader: () => Promise.resolve({ default: pages.Settings }),
    });
    // Beside the settings, not below them: it is for users who may not see those.
    this.app.router.add('mail-oauth2', {
      path: '/admin/settings/mail/oauth2',
      componentLoader: () => Promise.resolve({ default: pages.Callback }),
      skipAuthCheck: true,
    });
    this.app.router.add('mail-dry-run', {
      path: '/admin/settings/mail/dry-run',
      componentLoader: () => Promise.resolve({ default: pages.DryRunConsent }),
    });
    this.app.router.add('admin.mail', {
      path: '/admin/mail',
      componentLoader: () => Promise.resolve({ default: pages.Centre }),
    });

    class MailTopbarActionModel extends TopbarActionModel {
      override sort = 302;
      override actionId = 'mail';
      override testId = 'mail-button';
      override render() {
        return <pages.Icon />;
      }
    }
    this.app.flowEngine.registerModelLoaders({
      MailTopbarActionModel: {
        extends: 'TopbarActionModel',
        loader: () => Promise.resolve({ MailTopbarActionModel }),
      },
    });
    return Promise.resolve();
  }
}
