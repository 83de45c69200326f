import React, { useEffect, useState } from 'react';
import { Alert, Button, Space, Tooltip, Typography } from 'antd';
import { LoginOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { onTrial, openConsent, takeTrial } from '../callback/consent';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { ProviderType } from '../host/types';
import type { Check, SettingsSection, TrialReport } from '../host/settingsTypes';
import { AdminConsent } from './AdminConsent';
import { Checks } from './Checks';
import type { SectionState } from './useSection';

interface Props {
  provider: ProviderType;
  section: SettingsSection;
  state: SectionState;
  /** Opens the guide at a step. */
  show: (step: string) => void;
}

/** Proves a provider's settings: against the provider alone, and with a sign-in of one's own. */
export function Verification({ provider, section, state, show }: Props) {
  const lane = useLane();
  const { t, say } = lane;
  const actions = useActions();
  const [verifying, setVerifying] = useState(false);
  const [checks, setChecks] = useState<Check[]>();
  const [trial, setTrial] = useState<TrialReport | undefined>(() => takeTrial(provider));
  const [problem, setProblem] = useState<string>();

  useEffect(
    () =>
      onTrial((report) => {
        if (report.section !== provider) return;
        setChecks(undefined);
        setTrial(report);
      }),
    [provider],
  );

  const verify = async () => {
    setVerifying(true);
    setProblem(undefined);
    setTrial(undefined);
    const report = await state.submit((values) => actions.verifySettings(provider, values));
    setChecks(report?.checks);
    setVerifying(false);
  };

  const signIn = async () => {
    setProblem(undefined);
    setChecks(undefined);
    setTrial(undefined);
    try {
      await openConsent(() => actions.trialUrl(provider));
    } catch (error) {
      setProblem((error as MailError).message);
    }
  };

  const unsaved = state.changed ? t('Save first: the test uses what is saved.') : undefined;
  return (
    <section className="mail-verification">
      <h3>{t('Is everything right?')}</h3>
      <Typography.Paragraph type="secondary">
        {t(
          'Verify asks the provider with what is entered above, saved or not. Test sign-in goes the whole way with an account of yours and keeps nothing of it.',
        )}
      </Typography.Paragraph>
      <Space wrap>
        <Button
          icon={<SafetyCertificateOutlined aria-hidden />}
          loading={verifying}
          onClick={() => void verify()}
        >
          {t('Verify')}
        </Button>
        <Tooltip title={unsaved}>
          <Button disabled={state.changed} icon={<LoginOutlined aria-hidden />} onClick={() => void signIn()}>
            {t('Test sign-in')}
          </Button>
        </Tooltip>
      </Space>
      {problem && <Alert message={say(problem)} role="alert" showIcon type="error" />}
      {checks && (
        <Checks checks={checks} guide={section.guide} show={show} title={t('What the provider says')} />
      )}
      {trial && (
        <Checks
          checks={trial.checks}
          guide={section.guide}
          show={show}
          title={trial.email ? t('Test sign-in as {{email}}', { email: trial.email }) : t('Test sign-in')}
        />
      )}
      {provider === 'microsoft' && <AdminConsent disabled={state.changed} />}
    </section>
  );
}
