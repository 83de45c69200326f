import React, { useState } from 'react';
import { App, Button, Input } from 'antd';
import { CloseOutlined, FormOutlined } from '@ant-design/icons';
import type { MailError } from '../../host/error';
import { useLane } from '../../host/lane';
import { useActions } from '../../host/page';
import type { Message, Note } from '../../host/types';
import { announceChange } from '../../shared/changes';
import { longDate } from '../../shared/format';
import { forgetUnsavedNote, keepUnsavedNote, unsavedNote } from './unsavedNote';

/** The user's notes on an email. Draw it with the message's id as key. */
export function Notes({ message }: { message: Message }) {
  const { t, say, language } = useLane();
  const actions = useActions();
  const app = App.useApp();
  const [notes, setNotes] = useState<Note[]>(message.note ?? []);
  const [text, setText] = useState(() => unsavedNote(message.id));
  const [hasBegun, setBegun] = useState(false);
  const [saving, setSaving] = useState(false);

  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
      announceChange();
    } catch (error) {
      app.message.error(say((error as MailError).message));
    }
  };
  const write = (written: string) => {
    setText(written);
    if (written.trim()) keepUnsavedNote(message.id, written);
    else forgetUnsavedNote(message.id);
  };
  const stop = () => {
    setText(undefined);
    forgetUnsavedNote(message.id);
  };
  const add = async () => {
    const written = text?.trim();
    if (!written || saving) return;
    setSaving(true);
    await attempt(async () => {
      const note = await actions.addNote(message.id, written);
      setNotes((before) => [...before, note]);
      stop();
    });
    setSaving(false);
  };
  const remove = (id: number) =>
    attempt(async () => {
      await actions.deleteNote(id);
      setNotes((before) => before.filter((note) => note.id !== id));
    });

  return (
    <section aria-label={t('Notes')} className="mail-notes">
      {notes.map((note) => (
        <div className="mail-note" key={note.id}>
          <span>{note.note}</span>
          <time className="mail-small mail-faint">{longDate(note.createdAt, language())}</time>
          <Button
            aria-label={t('Delete the note')}
            icon={<CloseOutlined aria-hidden />}
            onClick={() => void remove(note.id)}
            size="small"
            type="text"
          />
        </div>
      ))}
      {text === undefined ? (
        <Button
          icon={<FormOutlined aria-hidden />}
          onClick={() => {
            setBegun(true);
            setText('');
          }}
          size="small"
          type="text"
        >
          {t('Add a note')}
        </Button>
      ) : (
        <div className="mail-note-new">
          <Input.TextArea
            aria-label={t('Note')}
            // What is found again when an email is opened does not take the keyboard from the list.
            autoFocus={hasBegun}
            autoSize={{ minRows: 1, maxRows: 6 }}
            maxLength={10_000}
            onChange={(event) => write(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
              if (event.nativeEvent.isComposing) return;
              event.preventDefault();
              void add();
            }}
            readOnly={saving}
            value={text}
          />
          <Button
            disabled={!text.trim()}
            loading={saving}
            onClick={() => void add()}
            size="small"
            title={t('Ctrl+Enter')}
            type="primary"
          >
            {t('Save')}
          </Button>
          <Button disabled={saving} onClick={stop} size="small">
            {t('Cancel')}
          </Button>
        </div>
      )}
    </section>
  );
}
