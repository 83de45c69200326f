// What the pages of the settings get from the server.
import type { ProviderType } from './types';

/** The dry run of a provider, as administrators see it. */
export interface DryRunState {
  type: ProviderType;
  on: boolean;
  /** Test mails sent to its mailboxes. */
  deliveries: number;
  /** Test mailboxes that are linked. */
  mailboxes: number;
}

/** What the stand-in asks a user, or where it sends the browser instead. */
export type DryRunConsent =
  | { url: string }
  | {
      url?: never;
      type: ProviderType;
      mailboxes: { email: string; name: string }[];
      selected: string;
      scopes: string[];
      /** Whether scopes may be left out one by one. */
      optional: boolean;
    };

export interface DryRunDecision {
  allow: boolean;
  email?: string | undefined;
  scopes?: string[];
}

export type SettingsSectionKey = 'general' | 'google' | 'microsoft';

export type SettingsValues = Record<string, unknown>;

export interface SettingsSection {
  key: SettingsSectionKey;
  title: string;
  description?: string;
  /** A Formily JSON schema whose strings are `{{t("…")}}` templates. */
  schema: Record<string, unknown>;
  guide?: Guide;
}

/** How to set up an application at a provider. */
export interface Guide {
  title: string;
  intro: string;
  steps: GuideStep[];
}

export interface GuideStep {
  /** What checks and notices refer to, `google.redirect-uri`. */
  id: string;
  title: string;
  text: string[];
  choices: { name: string; meaning: string }[];
  /** What to copy. */
  values: { label: string; value: string }[];
  link?: string | null;
}

/** Something in the settings that an administrator should look at. */
export interface SettingsNotice {
  section: SettingsSectionKey;
  level: 'warning' | 'error';
  sentence: string;
  values?: Record<string, string>;
  step?: string;
}

export interface SettingsSchema {
  sections: SettingsSection[];
  notices: SettingsNotice[];
  redirectUri: string;
  /** The page is neither on https nor on localhost, which providers refuse. */
  insecureOrigin: boolean;
}

export type CheckSubject =
  'route' | 'clientId' | 'clientSecret' | 'redirectUri' | 'tenant' | 'api' | 'consent';

export type CheckState = 'ok' | 'failed' | 'unknown';

/** One thing that a verification looked at. */
export interface Check {
  check: CheckSubject;
  state: CheckState;
  sentence: string;
  values?: Record<string, string>;
  /** The step of the guide that repairs it. */
  step?: string;
  /** The provider's own code. */
  code?: string;
}

/** What a test sign-in found. */
export interface TrialReport {
  section: ProviderType;
  /** Who signed in, if it came to that. */
  email?: string;
  checks: Check[];
}

/** The key that stored secrets are encrypted under, and how far its last replacement is. */
export interface EncryptionKey {
  /** How often it was replaced. */
  generation: number;
  /** When the key in use was made; null before the first replacement. */
  since: string | null;
  /** How many records still hold a secret under an earlier key. */
  remaining: number;
}
