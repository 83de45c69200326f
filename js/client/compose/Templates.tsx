import React, { useRef, useState } from 'react';
import { App, Button, Dropdown, Form, Input, Modal, Skeleton } from 'antd';
import { EditOutlined, FileTextOutlined, PlusOutlined, SnippetsOutlined } from '@ant-design/icons';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { Problem } from '../shared/Problem';
import { SaveDialog } from '../shared/SaveDialog';
import { useLoad } from '../shared/useLoad';
import { useModal } from '../shared/useModal';
import { useComposeActions } from './actions';
import { BoxedEditor } from './BoxedEditor';
import { variablesOf } from './hints';
import { plainText } from './html';
import { ManageDialog } from './ManageDialog';
import type { Template } from './types';
import { useOpening } from './useEscape';

interface Props {
  /** What is known of the mail: values for variables of these names. */
  known: Record<string, string>;
  /** What would become a template. */
  current: () => { subject: string; content: string };
  onInsert: (rendered: { subject: string; content: string }) => void;
}

/** The templates of the user: pick one, make one, look after them. */
export function Templates({ known, current, onInsert }: Props) {
  const { t, say } = useLane();
  const actions = useComposeActions();
  const app = App.useApp();
  const templates = useLoad(actions.templates);
  const { open, setOpen, button } = useOpening();
  const [asking, setAsking] = useState<{ template: Template; names: string[] }>();
  const [managing, setManaging] = useState<Partial<Template> | 'list'>();
  const list = templates.value ?? [];

  const insert = async (template: Template, variables: Record<string, string>) => {
    setAsking(undefined);
    try {
      onInsert(await actions.renderTemplate(template.id, variables));
    } catch (error) {
      app.message.error(say((error as MailError).message));
    }
  };
  const pick = (template: Template) => {
    const names = variablesOf(template.subject, template.content);
    if (names.length === 0) void insert(template, {});
    else setAsking({ template, names });
  };

  const items = [
    ...list.map((template) => ({
      key: String(template.id),
      label: template.name,
      icon: <FileTextOutlined aria-hidden />,
    })),
    ...(list.length === 0 ? [{ key: 'none', disabled: true, label: t('No templates yet') }] : []),
    { type: 'divider' as const },
    { key: 'save', icon: <PlusOutlined aria-hidden />, label: t('Save as template…') },
    { key: 'manage', icon: <EditOutlined aria-hidden />, label: t('Manage templates…') },
  ];
  return (
    <>
      <Dropdown
        menu={{
          items,
          className: 'mail-templates-menu',
          onClick: ({ key }) => {
            const template = list.find(({ id }) => String(id) === key);
            if (template) pick(template);
            else setManaging(key === 'save' ? current() : 'list');
          },
        }}
        onOpenChange={(opens) => {
          setOpen(opens);
          if (opens) void templates.reload();
        }}
        open={open}
        placement="topLeft"
        trigger={['click']}
      >
        <Button
          aria-label={t('Templates')}
          icon={<SnippetsOutlined aria-hidden />}
          ref={button}
          title={t('Templates')}
          type="text"
        />
      </Dropdown>
      {asking && (
        <Variables
          known={known}
          names={asking.names}
          onCancel={() => setAsking(undefined)}
          onFinish={(variables) => void insert(asking.template, variables)}
          title={asking.template.name}
        />
      )}
      {managing && (
        <ManageTemplates
          begin={managing === 'list' ? undefined : managing}
          onClose={() => {
            setManaging(undefined);
            void templates.reload();
          }}
        />
      )}
    </>
  );
}

interface VariablesProps {
  title: string;
  names: string[];
  known: Record<string, string>;
  onFinish: (values: Record<string, string>) => void;
  onCancel: () => void;
}

function Variables({ title, names, known, onFinish, onCancel }: VariablesProps) {
  const { t } = useLane();
  const [values, setValues] = useState(() =>
    Object.fromEntries(names.map((name) => [name, known[name.toLowerCase()] ?? ''])),
  );
  const finish = () =>
    onFinish(Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')));
  return (
    <Modal
      cancelText={t('Cancel')}
      okText={t('Insert')}
      onCancel={onCancel}
      onOk={finish}
      open
      title={title}
      width={440}
    >
      <Form layout="vertical" onFinish={finish}>
        {names.map((name, index) => (
          <Form.Item htmlFor={`mail-variable-${index}`} key={name} label={name}>
            <Input
              autoFocus={index === 0}
              id={`mail-variable-${index}`}
              onChange={({ target }) => setValues({ ...values, [name]: target.value })}
              onPressEnter={finish}
              value={values[name]}
            />
          </Form.Item>
        ))}
      </Form>
      <span className="mail-small mail-compose-soft">
        {t('What is left empty stays in the text, to be filled in there.')}
      </span>
    </Modal>
  );
}

interface ManageProps {
  /** Opens with a new template like this. */
  begin: Partial<Template> | undefined;
  onClose: () => void;
}

function ManageTemplates({ begin, onClose }: ManageProps) {
  const { t, say } = useLane();
  const actions = useComposeActions();
  const app = App.useApp();
  const modal = useModal();
  const templates = useLoad(actions.templates);
  const [editing, setEditing] = useState<Partial<Template> | undefined>(begin);
  const finishEditing = () => {
    if (begin) onClose();
    else {
      setEditing(undefined);
      void templates.reload();
    }
  };
  if (editing) return <TemplateForm onClose={finishEditing} template={editing} />;

  const remove = ({ id, name }: Template) =>
    modal.confirm({
      title: t('Delete the template “{{name}}”?', { name }),
      okText: t('Delete'),
      okButtonProps: { danger: true },
      cancelText: t('Cancel'),
      onOk: async () => {
        try {
          await actions.deleteTemplate(id);
          await templates.reload();
        } catch (error) {
          app.message.error(say((error as MailError).message));
        }
      },
    });
  const { value, error } = templates;
  return (
    <ManageDialog
      another={t('New template')}
      describe={({ subject, content }) => subject || plainText(content ?? '')}
      empty={t('A template is a text with a subject that you write again and again.')}
      items={value}
      onAdd={() => setEditing({})}
      onClose={onClose}
      onEdit={setEditing}
      onRemove={remove}
      title={t('Templates')}
    >
      {error && !value && <Problem error={error} retry={() => void templates.reload()} />}
      {!error && !value && <Skeleton active />}
    </ManageDialog>
  );
}

function TemplateForm({ template, onClose }: { template: Partial<Template>; onClose: () => void }) {
  const { t, say } = useLane();
  const actions = useComposeActions();
  const [name, setName] = useState(template.name ?? '');
  const [subject, setSubject] = useState(template.subject ?? '');
  const content = useRef(template.content ?? '');
  const [problem, setProblem] = useState<MailError>();
  const [saving, setSaving] = useState(false);
  const save = async () => {
    setSaving(true);
    try {
      await actions.saveTemplate({ ...template, name, subject, content: content.current });
      onClose();
    } catch (error) {
      setProblem(error as MailError);
      setSaving(false);
    }
  };
  const about = (field: string) =>
    problem?.field === field ? { validateStatus: 'error' as const, help: say(problem.message) } : {};
  return (
    <SaveDialog
      canSave={name.trim() !== ''}
      isChanged={() =>
        name !== (template.name ?? '') ||
        subject !== (template.subject ?? '') ||
        content.current !== (template.content ?? '')
      }
      onClose={onClose}
      onSave={save}
      saving={saving}
      title={template.id ? t('Edit template') : t('New template')}
      width={680}
    >
      <Form layout="vertical">
        <Form.Item htmlFor="mail-template-name" label={t('Name')} required {...about('name')}>
          <Input
            autoFocus
            id="mail-template-name"
            maxLength={200}
            onChange={({ target }) => setName(target.value)}
            value={name}
          />
        </Form.Item>
        <Form.Item htmlFor="mail-template-subject" label={t('Subject')} {...about('subject')}>
          <Input
            id="mail-template-subject"
            onChange={({ target }) => setSubject(target.value)}
            value={subject}
          />
        </Form.Item>
        <Form.Item
          extra={t('A name in double braces, such as {{example}}, is asked for when the template is used.', {
            example: '{{name}}',
          })}
          label={t('Text')}
          {...about('content')}
        >
          <BoxedEditor html={content.current} onChange={(html) => (content.current = html)} />
        </Form.Item>
      </Form>
      {problem && !problem.field && (
        <div role="alert" className="mail-compose-error">
          {say(problem.message)}
        </div>
      )}
    </SaveDialog>
  );
}
