// What requests to our resources bring, before and after NocoBase has it in hand: its own code copies bodies however deep they
// are, and writes whatever it still finds of them to its log.
import type { Application, Context } from '@nocobase/server';

/** Deeper than anything that an action reads; the module's parser goes a little deeper. */
const MAX_DEPTH = 64;

/** Where providers send browsers back to, in both lanes. */
const CALLBACK = /\/settings\/mail\/(?:oauth2|dry-run)$/;

export function guardRequests(
  app: Application,
  owned: ReadonlySet<string>,
  refuse: (context: Context) => void,
): void {
  app.use(
    async (context, next) => {
      if (!context.path.split(/[/:]/).some((part) => owned.has(part))) return next();
      if (isTooDeep(context.request.body)) {
        refuse(context);
        return;
      }
      try {
        await next();
      } finally {
        // Also where NocoBase has refused it itself and no handler of ours was asked.
        forget(context);
      }
    },
    { tag: 'email-manager-requests', after: 'bodyParser', before: 'dataSource' },
  );
}

/**
 * The page that receives a provider's answer sends its address along as the referrer, NocoBase's own requests included, and
 * NocoBase's request log repeats it: of the answer's code and state nothing may be left by then.
 */
export function shortenReferrers(app: Application): void {
  app.use(
    (context, next) => {
      const { headers } = context.req;
      const [address, query] = headers.referer?.split(/[?#]/) ?? [];
      if (address !== undefined && query !== undefined && CALLBACK.test(address)) headers.referer = address;
      return next();
    },
    { tag: 'email-manager-referrers', before: 'logger' },
  );
}

/** NocoBase's request log repeats the parameters that are left, client secrets and mail included. */
export function forget(context: Context): void {
  const { action } = context;
  if (!action) return;
  const { resourceName, actionName } = action.params;
  action.params = { resourceName, actionName };
}

/** Level by level, so that no depth is too much for it. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    level = level.flatMap((each) =>
      typeof each === 'object' && each ? Object.values<unknown>({ ...each }) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}
