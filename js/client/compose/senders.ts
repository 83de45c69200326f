import type { ProviderType } from '../host/types';
import type { Signature, WritingAccount } from './types';

/** How many bytes the files of one mail may have together. */
export const LARGEST: Record<ProviderType, number> = { google: 25 << 20, microsoft: 150 << 20 };

/** The same as users know it: "25 MB". */
export function limitText(largest: number, language: string): string {
  const options = { style: 'unit', unit: 'megabyte', unitDisplay: 'short' } as const;
  return new Intl.NumberFormat(language, options).format(largest >> 20);
}

/** An address that mail can be sent from. */
export interface Sender {
  /** The address of the account. */
  account: string;
  identity: string;
  name: string;
  type: ProviderType;
  /** Why nothing can be sent from it now. */
  trouble?: 'paused' | 'authorization';
}

/** Everything that the user can send from: accounts in their order, each with its aliases. */
export function sendersOf(accounts: WritingAccount[]): Sender[] {
  return accounts
    .filter(({ mode }) => mode !== 'readOnly')
    .flatMap(({ email, type, status, config, identities }) => {
      const trouble =
        status === 'paused' ? 'paused' : status === 'needs_reauthorization' ? 'authorization' : undefined;
      const known = (identities ?? []).filter(({ verificationStatus }) => verificationStatus === 'accepted');
      const own = known.find((each) => each.email.toLowerCase() === email);
      const aliases = known.filter((each) => each !== own);
      const entered = config?.displayName || '';
      return [
        { account: email, identity: email, name: entered || own?.name || '' },
        ...aliases.map((alias) => ({
          account: email,
          identity: alias.email.toLowerCase(),
          name: alias.name || entered,
        })),
      ].map((sender): Sender => ({ ...sender, type, ...(trouble && { trouble }) }));
    });
}

/** Whom to write as: from the mailbox that is looked at, else from the first that can send. */
export function preferredSender(senders: Sender[], mailbox: string | null): Sender | undefined {
  const able = senders.filter(({ trouble }) => !trouble);
  return able.find(({ account }) => account === mailbox) ?? able[0] ?? senders[0];
}

export function signaturesOf(accounts: WritingAccount[], email: string): Signature[] {
  return accounts.find((account) => account.email === email)?.config?.signatures ?? [];
}

/** The signature that new mail of an account begins with. */
export function defaultSignature(accounts: WritingAccount[], email: string): Signature | undefined {
  return signaturesOf(accounts, email).find((signature) => signature.default);
}
