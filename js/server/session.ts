// Which login a request belongs to.
import { createHash } from 'node:crypto';
import type { Context } from '@nocobase/server';

/**
 * An opaque name of the login: the same for all tokens that NocoBase renews it with, another one after signing in again.
 * NocoBase has checked the token's signature before any of our actions runs.
 */
export function sessionOf(context: Context): string | null {
  const token = context.getBearerToken();
  if (!token) return null;
  const { userId, signInTime } = claimsOf(token);
  // Tokens of other kinds, such as API keys, are not renewed: each is a login of its own.
  const login = userId && signInTime ? JSON.stringify([userId, signInTime]) : token;
  return createHash('sha256').update(login).digest('base64url');
}

function claimsOf(token: string): { userId?: unknown; signInTime?: unknown } {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as
      object | null;
    return claims ?? {};
  } catch {
    return {};
  }
}
