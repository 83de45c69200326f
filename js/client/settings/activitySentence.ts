import type { Lane } from '../host/lane';
import type { Activity, ActivityKind, User } from '../host/types';
import type { SettingsSection } from '../host/settingsTypes';
import { PROVIDER_NAMES } from '../shared/ProviderLogo';

/** What the kinds of entries are called, in words that are keys for translation. */
export const KIND_NAMES: Record<ActivityKind, string> = {
  settingsSaved: 'Settings changed',
  dryRunStarted: 'Dry run started',
  dryRunEnded: 'Dry run ended',
  keyRotated: 'Encryption key renewed',
  accountLinked: 'Mailbox linked',
  accountReauthorized: 'Mailbox authorized again',
  accountPaused: 'Mailbox paused',
  accountResumed: 'Mailbox resumed',
  accountDeleted: 'Account deleted',
  mailViewed: 'Email of somebody else opened',
};

/** An entry in words. */
export function sentenceOf(entry: Activity, sections: SettingsSection[], t: Lane['t']): string {
  const { kind, type, details } = entry;
  const user = nameOf(entry.user, t);
  const owner = nameOf(entry.owner, t);
  const email = entry.email ?? '';
  const provider = type ? PROVIDER_NAMES[type] : '';
  switch (kind) {
    case 'settingsSaved': {
      const section = sections.find(({ key }) => key === details.section);
      const fields = (details.fields ?? []).map((field) => titleOf(section, field));
      return t('{{user}} changed {{section}}: {{fields}}', {
        user,
        section: section?.title ?? details.section ?? '',
        fields: fields.join(', '),
      });
    }
    case 'dryRunStarted':
      return t('{{user}} started a dry run of {{provider}}', { user, provider });
    case 'dryRunEnded':
      return t('{{user}} ended the dry run of {{provider}}', { user, provider });
    case 'keyRotated':
      return t('{{user}} renewed the encryption key', { user });
    case 'accountLinked':
      return t('{{user}} linked {{email}}', { user, email });
    case 'accountReauthorized':
      return t('{{user}} authorized {{email}} again', { user, email });
    case 'accountPaused':
      return t('{{user}} paused {{email}}', { user, email });
    case 'accountResumed':
      return t('{{user}} resumed {{email}}', { user, email });
    case 'accountDeleted':
      return t('{{user}} deleted the account {{email}} of {{owner}}', { user, email, owner });
    case 'mailViewed':
      return details.part === 'mail'
        ? t('{{user}} opened an email of {{owner}} in {{email}}', { user, owner, email })
        : t('{{user}} opened a file in an email of {{owner}} in {{email}}', { user, owner, email });
  }
}

function nameOf(user: User | null, t: Lane['t']): string {
  if (!user) return t('somebody else');
  return user.nickname ?? t('User {{id}}', { id: user.id });
}

interface Field {
  title?: string;
  properties?: Record<string, Field>;
}

/** A field by its title on the page; `endpoints.token` is the field `token` inside of `endpoints`. */
function titleOf(section: SettingsSection | undefined, path: string): string {
  let field = section?.schema as Field | undefined;
  for (const name of path.split('.')) field = field?.properties?.[name];
  return field?.title || path;
}
