import React, { useEffect, useState } from 'react';
import { Alert, App, Button, Checkbox, Form, Select, Skeleton, Space, Switch, Typography } from 'antd';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { announceChange } from '../shared/changes';
import { amount } from '../shared/format';
import { Problem } from '../shared/Problem';
import { useLoad } from '../shared/useLoad';
import type { SyncActions } from './actions';
import type { FolderChoice } from './types';

interface Choice {
  /** Ids of the folders that are left out. */
  folders: string[];
  boxes: string[];
  senders: string[];
}

/** Which folders and senders are synchronised. */
export function FoldersTab({ actions }: { actions: SyncActions }) {
  const { value, error, reload, change } = useLoad(actions.folders);
  if (error && !value) return <Problem error={error} retry={() => void reload()} />;
  if (!value) return <Skeleton active paragraph={{ rows: 8 }} />;
  return <FolderForm actions={actions} choice={value} onSaved={(saved) => change(() => saved)} />;
}

interface Props {
  actions: SyncActions;
  choice: FolderChoice;
  onSaved: (choice: FolderChoice) => void;
}

function FolderForm({ actions, choice, onSaved }: Props) {
  const { t, say, language } = useLane();
  const { message } = App.useApp();
  const [edited, setEdited] = useState<Choice>(() => choiceOf(choice));
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<MailError>();
  useEffect(() => setEdited(choiceOf(choice)), [choice]);
  const dirty = JSON.stringify(edited) !== JSON.stringify(choiceOf(choice));

  const save = async () => {
    setSaving(true);
    setError(undefined);
    try {
      onSaved(await actions.saveFolders(edited));
      message.success(t('Saved'));
      announceChange();
    } catch (failure) {
      setError(failure as MailError);
    } finally {
      setSaving(false);
    }
  };
  const wrong = (field: string) =>
    error?.field === field ? { validateStatus: 'error' as const, help: say(error.message) } : {};
  const toggle = (list: string[], entry: string, on: boolean) =>
    on ? list.filter((each) => each !== entry) : [...list, entry].sort();
  const own = choice.folders.filter(({ boxType }) => boxType !== 'spam' && boxType !== 'trash');

  return (
    <Form className="mail-sync-tab" layout="vertical">
      <Typography.Paragraph type="secondary">
        {t(
          'What you switch off is hidden here and stays in your mailbox. Switched on again, it is synchronized from the start date on.',
        )}
      </Typography.Paragraph>
      <Form.Item label={t('Folders')} {...wrong('folders')}>
        {own.length === 0 && (
          <Typography.Text type="secondary">{t('The folders have not been read yet')}</Typography.Text>
        )}
        <div className="mail-sync-folders">
          {own.map(({ id, name, total }) => (
            <Checkbox
              checked={!edited.folders.includes(id)}
              key={id}
              onChange={({ target }) =>
                setEdited({ ...edited, folders: toggle(edited.folders, id, target.checked) })
              }
            >
              {t(name)} {total !== null && <span className="mail-faint">{amount(total, language())}</span>}
            </Checkbox>
          ))}
        </div>
      </Form.Item>
      <Form.Item {...wrong('boxes')}>
        <Space direction="vertical">
          {(['spam', 'trash'] as const).map((box) => (
            <label className="mail-sync-switch" key={box}>
              <Switch
                checked={!edited.boxes.includes(box)}
                onChange={(on) => setEdited({ ...edited, boxes: toggle(edited.boxes, box, on) })}
                size="small"
              />
              {box === 'spam' ? t('Synchronize spam') : t('Synchronize the trash')}
            </label>
          ))}
        </Space>
      </Form.Item>
      <Form.Item
        extra={t('Addresses, or domains with everything below them')}
        label={t('Leave out emails from')}
        {...wrong('senders')}
      >
        <Select
          aria-label={t('Leave out emails from')}
          mode="tags"
          onChange={(senders: string[]) => setEdited({ ...edited, senders })}
          open={false}
          placeholder="newsletter@example.com, example.com"
          suffixIcon={null}
          tokenSeparators={[',', ';', ' ', '\n']}
          value={edited.senders}
        />
      </Form.Item>
      {error && !error.field && <Alert message={say(error.message)} showIcon type="error" />}
      <Space>
        <Button disabled={!dirty} loading={saving} onClick={() => void save()} type="primary">
          {t('Save')}
        </Button>
        <Button disabled={!dirty || saving} onClick={() => setEdited(choiceOf(choice))}>
          {t('Cancel')}
        </Button>
      </Space>
    </Form>
  );
}

function choiceOf({ folders, boxes, senders }: FolderChoice): Choice {
  const off = folders.filter(({ synchronized }) => !synchronized).map(({ id }) => id);
  return { folders: off.sort(), boxes: [...boxes].sort(), senders };
}
