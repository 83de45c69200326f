import React from 'react';
import { Button, Tag } from 'antd';
import { CheckCircleFilled, CloseCircleFilled, QuestionCircleFilled } from '@ant-design/icons';
import { useLane } from '../host/lane';
import type { Check, CheckState, CheckSubject, Guide } from '../host/settingsTypes';

const SUBJECTS: Record<CheckSubject, { label: string }> = {
  route: { label: 'Connection' },
  clientId: { label: 'Client ID' },
  clientSecret: { label: 'Client Secret' },
  redirectUri: { label: 'Redirect URI' },
  tenant: { label: 'Tenant' },
  api: { label: 'Mail API' },
  consent: { label: 'Consent' },
};

const STATES: Record<CheckState, { label: string; icon: React.ReactNode }> = {
  ok: { label: 'Right', icon: <CheckCircleFilled aria-hidden /> },
  failed: { label: 'Wrong', icon: <CloseCircleFilled aria-hidden /> },
  unknown: { label: 'Not known yet', icon: <QuestionCircleFilled aria-hidden /> },
};

interface Props {
  title: string;
  checks: Check[];
  guide: Guide | undefined;
  /** Opens the guide at a step. */
  show: (step: string) => void;
}

/** What a verification found, each with the step of the guide that repairs it. */
export function Checks({ title, checks, guide, show }: Props) {
  const { t, say } = useLane();
  const failed = checks.some(({ state }) => state === 'failed');
  return (
    <section aria-live="polite" className={failed ? 'mail-checks has-failed' : 'mail-checks'}>
      <h4>{title}</h4>
      <ul>
        {checks.map((check) => (
          <li className={`mail-check is-${check.state}`} data-check={check.check} key={check.check}>
            <span className="mail-check-icon" title={t(STATES[check.state].label)}>
              {STATES[check.state].icon}
              <span className="mail-hidden">{t(STATES[check.state].label)}</span>
            </span>
            <div>
              <strong>{t(SUBJECTS[check.check].label)}</strong>
              {check.code && <Tag>{check.code}</Tag>}
              <p>{say(check.sentence, check.values)}</p>
              {check.state === 'failed' && check.step && (
                <StepLink guide={guide} show={show} step={check.step} />
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A link to a step of the guide, by its number and title. */
export function StepLink({ step, guide, show }: { step: string } & Pick<Props, 'guide' | 'show'>) {
  const { t } = useLane();
  const index = guide?.steps.findIndex(({ id }) => id === step) ?? -1;
  const found = guide?.steps[index];
  if (!found) return null;
  return (
    <Button className="mail-step-link" onClick={() => show(step)} size="small" type="link">
      {t('Step {{number}}: {{title}}', { number: index + 1, title: found.title })}
    </Button>
  );
}
