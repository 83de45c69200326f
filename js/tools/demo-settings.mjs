// The credentials and addresses with which the plugin talks to the simulator instead of Google and Microsoft.
import { call } from './nocobase/api.mjs';

/** The mailboxes that the demo offers; the size is the number of messages. */
export const mailboxes = { google: 'alice@gmail.example', microsoft: 'bob@outlook.example' };

/** Fills in Email settings the way an administrator does, for one provider or both. */
export async function saveDemoSettings(url, token, simulator, sections = ['google', 'microsoft']) {
  for (const section of sections) {
    const values = demoSettings(simulator)[section];
    await call(url, token, 'mail:saveSettings', { body: { section, values } });
  }
}

/** The values of both sections, for a simulator at this address. */
export function demoSettings(simulator) {
  const google = `${simulator}/google`;
  const microsoft = `${simulator}/microsoft`;
  return {
    google: {
      clientId: 'simulator-google',
      clientSecret: 'simulator-google-secret',
      enabled: true,
      endpoints: {
        allowPrivate: true,
        authorize: `${google}/o/oauth2/v2/auth`,
        token: `${google}/token`,
        revoke: `${google}/revoke`,
        api: `${google}/gmail/v1`,
        batch: `${google}/batch/gmail/v1`,
      },
    },
    microsoft: {
      clientId: 'simulator-microsoft',
      clientSecret: 'simulator-microsoft-secret',
      tenant: 'common',
      enabled: true,
      endpoints: {
        allowPrivate: true,
        authorize: `${microsoft}/{tenant}/oauth2/v2.0/authorize`,
        token: `${microsoft}/{tenant}/oauth2/v2.0/token`,
        api: `${microsoft}/graph/v1.0`,
        batch: `${microsoft}/graph/v1.0/$batch`,
      },
    },
  };
}
