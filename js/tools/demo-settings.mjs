// The credentials and addresses with which the plugin talks to the simulator instead of Google and Microsoft.
import { call } from './nocobase/api.mjs';

/** The mailboxes that the demo offers; the size is the number of messages. */
export const mailboxes = { google: 'alice@gmail.example', microsoft: 'bob@outlook.example' };

/** Fills in Email settings the way an administrator does. */
export async function saveDemoSettings(url, token, simulator) {
  for (const [section, values] of Object.entries(settings(simulator))) {
    await call(url, token, 'mail:saveSettings', { body: { section, values } });
  }
}

function settings(simulator) {
  return {
    google: {
      clientId: 'simulator-google-client',
      clientSecret: 'simulator-google-secret',
      enabled: true,
      endpoints: {
        authorize: `${simulator}/o/oauth2/v2/auth`,
        token: `${simulator}/token`,
        revoke: `${simulator}/revoke`,
        api: simulator,
      },
    },
    microsoft: {
      clientId: 'simulator-microsoft-client',
      clientSecret: 'simulator-microsoft-secret',
      tenant: 'common',
      enabled: true,
      endpoints: {
        authority: simulator,
        api: simulator,
      },
    },
  };
}
