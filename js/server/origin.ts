// Where the browser believes to be, behind whatever proxies.
import type { Context } from '@nocobase/server';

/** `scheme://host[:port]`, from the proxy's headers where there are any. */
export function originOf(context: Context): string {
  const protocol = first(context.get('X-Forwarded-Proto')) || context.protocol;
  const host = first(context.get('X-Forwarded-Host')) || context.host;
  const address = `${protocol}://${host}`;
  return URL.canParse(address) ? new URL(address).origin : address;
}

/** Every proxy appends its own value; the first one is the browser's. */
function first(header: string): string {
  return header.split(',')[0]?.trim() ?? '';
}
