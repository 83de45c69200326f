import React from 'react';
import { Alert, Button } from 'antd';
import { useLane } from '../host/lane';
import type { SettingsNotice, SettingsSection } from '../host/settingsTypes';

interface Props {
  notices: SettingsNotice[];
  sections: SettingsSection[];
  /** Opens the guide of a section at a step. */
  show: (section: string, step: string) => void;
}

/** What an administrator should look at before anything else. */
export function Notices({ notices, sections, show }: Props) {
  const { t, say } = useLane();
  return notices.map(({ section, level, sentence, values, step }) => (
    <Alert
      action={
        step && (
          <Button onClick={() => show(section, step)} size="small">
            {t('Show how')}
          </Button>
        )
      }
      data-notice={section}
      description={say(sentence, values)}
      key={`${section} ${sentence}`}
      message={sections.find(({ key }) => key === section)?.title}
      showIcon
      type={level}
    />
  ));
}
