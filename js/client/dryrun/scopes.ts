// What permissions mean, in words.

const MEANINGS: Record<string, { text: string }> = {
  'https://www.googleapis.com/auth/gmail.modify': { text: 'Read, organize and send mail' },
  'https://www.googleapis.com/auth/gmail.readonly': { text: 'Read mail' },
  'https://www.googleapis.com/auth/gmail.compose': { text: 'Write and send mail' },
  'https://www.googleapis.com/auth/gmail.settings.basic': { text: 'See the sender addresses' },
  offline_access: { text: 'Keep this access' },
  'User.Read': { text: 'See name and address' },
  'Mail.Read': { text: 'Read mail' },
  'Mail.ReadWrite': { text: 'Read and organize mail' },
  'Mail.Send': { text: 'Send mail' },
};

/** A key for translation; a scope that is not known stands for itself. */
export function meaningOf(scope: string): string {
  return MEANINGS[scope]?.text ?? scope;
}
