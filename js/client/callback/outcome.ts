import type { MailError } from '../host/error';
import type { TrialReport } from '../host/settingsTypes';

/**
 * What the provider sent the browser back to `address` with: the values that the server needs, or `null` when there are
 * none.
 */
export function readAnswer(address: string, search: string): Record<string, string> | null {
  const query = new URLSearchParams(search);
  const names = {
    state: 'state',
    code: 'code',
    error: 'error',
    error_description: 'errorDescription',
    admin_consent: 'adminConsent',
    // Who answers, where the provider says so (RFC 9207): the server compares it with whom it has asked.
    iss: 'iss',
  };
  const answer = Object.fromEntries(
    Object.entries(names).flatMap(([from, to]) => {
      const value = query.get(from);
      return value ? [[to, value]] : [];
    }),
  );
  if (!['code', 'error', 'adminConsent'].some((name) => name in answer)) return null;
  return { ...answer, redirectUri: redirectUri(address) };
}

/** Providers know the address of the first of NocoBase's two clients; the second one has its pages below `/v`. */
function redirectUri(address: string): string {
  return address.replace(/\/+$/, '').replace(/\/v(?=\/admin\/settings\/mail\/oauth2$)/, '');
}

/** The end of linking an account, in words that are keys for translation. */
export interface Outcome {
  /** `tried` is a test of the settings, `consented` what an administrator did for an organisation. */
  kind: 'linked' | 'tried' | 'consented' | 'denied' | 'failed' | 'signedOut' | 'nothing';
  title: string;
  text: string;
  values?: Record<string, string>;
}

export const SIGNED_OUT: Outcome = {
  kind: 'signedOut',
  title: 'You are signed out',
  text: 'Sign in as the user who started linking the account; it is then completed.',
};

export const NOTHING: Outcome = {
  kind: 'nothing',
  title: 'There is nothing to do here',
  text: 'This page receives the answer of Google or Microsoft when an account is linked.',
};

/** The account was linked, or its authorisation renewed. */
export function succeeded(email: string, created: boolean): Outcome {
  return created
    ? { kind: 'linked', title: 'Account linked', text: '{{email}} is connected.', values: { email } }
    : {
        kind: 'linked',
        title: 'Authorization renewed',
        text: '{{email}} is connected again.',
        values: { email },
      };
}

/** A test of the settings has ended, well or not: the settings page says what it showed. */
export function tried({ checks }: TrialReport): Outcome {
  const failed = checks.some(({ state }) => state === 'failed');
  return {
    kind: 'tried',
    title: failed ? 'The test found something' : 'The test succeeded',
    text: 'The email settings show what came of it. No account was linked.',
  };
}

/** Microsoft's answer to somebody who is no user here, or not the one who made the link. */
export const CONSENT_GIVEN: Outcome = {
  kind: 'consented',
  title: 'Consent was given',
  text: 'The members of the organization can now link their mailboxes. You can close this page.',
};

const CONSENT_REFUSED: Outcome = {
  kind: 'denied',
  title: 'Consent was not given',
  text: 'Nothing has changed. Open the admin consent link again to consent for the organization.',
};

/** An administrator of a Microsoft organisation has decided for it. */
export function consented(granted: boolean): Outcome {
  return granted ? CONSENT_GIVEN : CONSENT_REFUSED;
}

const TITLES: Record<string, string> = {
  consent_denied: 'Access was not granted',
  state_invalid: 'This attempt is no longer valid',
  client_rejected: 'The provider does not accept this application',
  permission_missing: 'A permission is missing',
  invalid_input: 'This is a different mailbox',
  secret_unreadable: 'This provider is not set up',
  response_invalid: 'The provider answered in an unexpected way',
  not_configured: 'This provider is not set up',
  network_failed: 'The provider could not be reached',
  provider_unavailable: 'The provider could not be reached',
  provider_rejected: 'The provider refused',
  rate_limited: 'The provider is busy',
};

/** The server refused; its own words say why, and what to do. */
export function failed(error: MailError): Outcome {
  if (error.status === 401) return SIGNED_OUT;
  return {
    kind: error.code === 'consent_denied' ? 'denied' : 'failed',
    title: (error.status > 0 && TITLES[error.code]) || 'The account could not be linked',
    text: error.message,
  };
}
