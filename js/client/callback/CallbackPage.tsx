import React, { useEffect, useState } from 'react';
import { Button, Card, Result, Spin } from 'antd';
import type { MailActions } from '../host/actions';
import type { MailError } from '../host/error';
import { type Lane, useLane } from '../host/lane';
import { useActions } from '../host/page';
import { announceLinked, announceTrial, isPopup, returnPath, takeReturnPath } from './consent';
import {
  CONSENT_GIVEN,
  consented,
  failed,
  NOTHING,
  type Outcome,
  readAnswer,
  SIGNED_OUT,
  succeeded,
  tried,
} from './outcome';

const ACCOUNTS = '/admin/mail?view=accounts';
const CALLBACK = '/admin/settings/mail/oauth2';

/** How long the good news stays before the window closes or goes on, in milliseconds. */
const GOODBYE = 1200;

/** The provider sends the browser here. Passes its answer to the server and says what came of it. */
export function CallbackPage() {
  const lane = useLane();
  const actions = useActions();
  const [search] = useState(() => window.location.search || answered);
  const [popup] = useState(isPopup);
  const [outcome, setOutcome] = useState<Outcome>();

  useEffect(() => {
    let shown = true;
    void finishOnce(search, lane, actions).then((result) => shown && setOutcome(result));
    return () => {
      shown = false;
    };
  }, [search, lane, actions]);

  useEffect(() => {
    if (outcome?.kind !== 'linked' && outcome?.kind !== 'tried') return undefined;
    const timer = setTimeout(() => leave(popup, lane), GOODBYE);
    return () => clearTimeout(timer);
  }, [outcome, popup, lane]);

  return (
    <main className="mail-callback">
      <Card>
        {outcome ? (
          <End leave={() => leave(popup, lane)} outcome={outcome} popup={popup} search={search} />
        ) : (
          <Result icon={<Spin size="large" />} title={lane.t('Linking the account…')} />
        )}
      </Card>
    </main>
  );
}

function leave(popup: boolean, lane: Lane): void {
  answered = '';
  if (popup) window.close();
  else window.location.assign(takeReturnPath() ?? lane.href(ACCOUNTS));
}

const STATUS = {
  linked: 'success',
  tried: 'info',
  consented: 'success',
  denied: 'warning',
  failed: 'error',
  signedOut: 'info',
  nothing: 'info',
} as const;

function End(props: { outcome: Outcome; popup: boolean; search: string; leave: () => void }) {
  const { outcome, popup, search, leave } = props;
  const lane = useLane();
  const { t, say } = lane;
  const signIn = () =>
    lane.navigate(`/signin?redirect=${encodeURIComponent(`${CALLBACK}${search}`)}`, { replace: true });
  return (
    <div role={STATUS[outcome.kind] === 'success' ? 'status' : 'alert'}>
      <Result
        extra={
          outcome.kind === 'signedOut' ? (
            <Button onClick={signIn} type="primary">
              {t('Sign in')}
            </Button>
          ) : outcome.kind === 'consented' ? null : (
            <Button onClick={leave} type={outcome.kind === 'linked' ? 'default' : 'primary'}>
              {popup ? t('Close this window') : returnPath() ? t('Go back') : t('Go to my accounts')}
            </Button>
          )
        }
        status={STATUS[outcome.kind]}
        subTitle={outcome.values ? t(outcome.text, outcome.values) : say(outcome.text)}
        title={t(outcome.title)}
      />
    </div>
  );
}

/** The answer that was taken out of the address: the host draws the page anew when its window becomes narrow or wide. */
let answered = '';

const started = new Map<string, Promise<Outcome>>();

/** A code can be used once, so however often this page is drawn, its answer is sent once. */
function finishOnce(search: string, lane: Lane, actions: MailActions): Promise<Outcome> {
  const running = started.get(search) ?? finish(search, lane, actions);
  started.set(search, running);
  // After signing in the same answer is sent again.
  void running.then(({ kind }) => kind === 'signedOut' && started.delete(search));
  return running;
}

async function finish(search: string, lane: Lane, actions: MailActions): Promise<Outcome> {
  const answer = readAnswer(window.location.origin + window.location.pathname, search);
  if (!answer) return NOTHING;
  const consentGiven = 'adminConsent' in answer && !('error' in answer);
  if (!lane.isSignedIn()) return consentGiven ? CONSENT_GIVEN : SIGNED_OUT;
  try {
    const end = await actions.finishConsent(answer);
    if ('trial' in end) {
      announceTrial(end.trial);
      return tried(end.trial);
    }
    if ('adminConsent' in end) return consented(end.adminConsent.granted);
    announceLinked();
    return succeeded(end.account.email, end.created);
  } catch (error) {
    // Only who made the link can end it here; Microsoft has taken note of the consent all the same.
    if (consentGiven) return CONSENT_GIVEN;
    return failed(error as MailError);
  } finally {
    // Neither the code nor the state stays in the address bar and the history, unless they are still needed.
    if (lane.isSignedIn()) {
      answered = search;
      window.history.replaceState(window.history.state, '', window.location.pathname);
    }
  }
}
