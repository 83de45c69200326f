import React, { useEffect, useState } from 'react';
import { App, Button, Card, Space, Tag, Typography } from 'antd';
import { ExperimentOutlined } from '@ant-design/icons';
import { onLinked } from '../callback/consent';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { Check, DryRunState } from '../host/settingsTypes';
import { announceChange } from '../shared/changes';
import { PROVIDER_NAMES, ProviderLogo } from '../shared/ProviderLogo';
import { useLoad } from '../shared/useLoad';
import { useModal } from '../shared/useModal';
import { Checks } from './Checks';

/** The dry run of each provider: a stand-in inside this site, switched on and thrown away. */
export function DryRun() {
  const { t, say, navigate } = useLane();
  const { value: runs, error, change, reload } = useLoad(useActions().dryRuns);
  useEffect(() => onLinked(() => void reload()), [reload]);
  const isOn = runs?.some((run) => run.on);
  const update = (run: DryRunState) =>
    change((all) => all.map((each) => (each.type === run.type ? run : each)));

  return (
    <Card
      className={isOn ? 'mail-dry-run is-on' : 'mail-dry-run'}
      extra={isOn && <Tag color="gold">{t('A test is running')}</Tag>}
      title={
        <Space>
          <ExperimentOutlined aria-hidden />
          {t('Dry run')}
        </Space>
      }
    >
      <Typography.Paragraph type="secondary">
        {t(
          'Try the whole way without an account at Google or Microsoft. While it is on, linking an account leads to a stand-in inside this site, with test mailboxes: nothing that is sent there leaves the site. What is entered below and mailboxes that are already linked stay as they are.',
        )}
      </Typography.Paragraph>
      {error && (
        <Typography.Paragraph role="alert" type="danger">
          {say(error.message)}
        </Typography.Paragraph>
      )}
      {runs?.map((run) => (
        <ProviderRun key={run.type} onChange={update} run={run} />
      ))}
      {isOn && (
        <Button onClick={() => navigate('/admin/mail?view=accounts')} type="primary">
          {t('Link a test mailbox')}
        </Button>
      )}
    </Card>
  );
}

interface Props {
  run: DryRunState;
  onChange: (run: DryRunState) => void;
}

function ProviderRun({ run, onChange }: Props) {
  const { t } = useLane();
  const modal = useModal();
  const actions = useActions();
  const { busy, perform } = useStep();
  const [checks, setChecks] = useState<Check[]>();
  const { type, on, mailboxes, deliveries } = run;

  const start = async () => onChange(await actions.startDryRun(type));
  const verify = async () => setChecks((await actions.verifyDryRun(type)).checks);
  const deliver = async () => onChange(await actions.deliverTestMail(type));
  const end = async () => {
    setChecks(undefined);
    onChange(await actions.endDryRun(type));
  };

  const confirmEnd = () => {
    modal.confirm({
      title: t('End the dry run?'),
      content: t(
        'Its test mailboxes ({{count}}) are deleted with all their mail. Nothing else changes: linking leads to the provider again.',
        { count: mailboxes },
      ),
      okText: t('End and delete'),
      okButtonProps: { danger: true },
      cancelText: t('Cancel'),
      onOk: () => perform(end, t('The dry run is over')),
    });
  };

  return (
    <div className="mail-dry-run-row" data-dry-run={type}>
      <ProviderLogo type={type} />
      <div>
        <Typography.Text strong>{PROVIDER_NAMES[type]}</Typography.Text>{' '}
        {on ? <Tag color="gold">{t('Dry run')}</Tag> : <Tag>{t('Off')}</Tag>}
        <Typography.Text className="mail-small" type="secondary">
          {(on || mailboxes > 0) && t('Test mailboxes: {{count}}', { count: mailboxes })}
          {on && ` · ${t('Test mails: {{count}}', { count: deliveries })}`}
        </Typography.Text>
      </div>
      <Space wrap>
        {!on && (
          <Button loading={busy} onClick={() => void perform(start)}>
            {t('Start a dry run')}
          </Button>
        )}
        {on && (
          <>
            <Button loading={busy} onClick={() => void perform(verify)}>
              {t('Verify')}
            </Button>
            <Button
              loading={busy}
              onClick={() =>
                void perform(deliver, t('A test mail is on its way: “Sync emails” brings it in'))
              }
            >
              {t('Deliver a test mail')}
            </Button>
          </>
        )}
        {(on || mailboxes > 0) && (
          <Button danger loading={busy} onClick={confirmEnd}>
            {t('End and delete')}
          </Button>
        )}
      </Space>
      {checks && (
        <Checks checks={checks} guide={undefined} show={() => {}} title={t('What the stand-in says')} />
      )}
    </div>
  );
}

/** Runs one step at a time and tells what came of it. */
function useStep() {
  const { say } = useLane();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);

  const perform = async (step: () => Promise<void>, done?: string) => {
    setBusy(true);
    try {
      await step();
      announceChange();
      if (done) message.success(done);
    } catch (error) {
      message.error(say((error as MailError).message));
    } finally {
      setBusy(false);
    }
  };
  return { busy, perform };
}
