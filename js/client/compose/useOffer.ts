import { useEffect, useState } from 'react';
import { useComposeActions } from './actions';
import type { FoundDraft, MailPayload } from './types';
import type { DraftKeeper } from './useDraft';

/** A draft from the same sender to the same people, while nothing is written here yet. */
export function useOffer(
  { accountEmail, identityEmail, to, replyTo }: MailPayload,
  { enabled, draft }: { enabled: boolean; draft: DraftKeeper },
): { found: FoundDraft | undefined; dismiss: () => void } {
  const actions = useComposeActions();
  const [found, setFound] = useState<FoundDraft>();
  const [dismissed, setDismissed] = useState(false);
  const people = JSON.stringify(to);
  const wanted = enabled && !dismissed && to.length > 0;

  useEffect(() => {
    setFound(undefined);
    if (!wanted) return undefined;
    let current = true;
    const asked = { accountEmail, identityEmail, to: JSON.parse(people) as MailPayload['to'] };
    actions.findDraft({ ...asked, ...(replyTo && { replyTo }) }).then(
      (draftFound) => current && setFound(draftFound ?? undefined),
      // Only an offer.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [actions, wanted, accountEmail, identityEmail, people, replyTo]);

  const own = draft.current()?.id;
  return {
    found: wanted && found && found.id !== own ? found : undefined,
    dismiss: () => setDismissed(true),
  };
}
