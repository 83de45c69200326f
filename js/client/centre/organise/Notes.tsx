import React, { useState } from 'react';
import { App, Button, Input } from 'antd';
import { CloseOutlined, FormOutlined } from '@ant-design/icons';
import type { MailError } from '../../host/error';
import { useLane } from '../../host/lane';
import { useActions } from '../../host/page';
import type { Message, Note } from '../../host/types';
import { announceChange } from '../../shared/changes';
import { longDate } from '../../shared/format';

/** The user's notes on an email. Draw it with the message's id as key. */
export function Notes({ message }: { message: Message }) {
  const { t, say, language } = useLane();
  const actions = useActions();
  const app = App.useApp();
  const [notes, setNotes] = useState<Note[]>(message.note ?? []);
  const [text, setText] = useState<string>();

  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
      announceChange();
    } catch (error) {
      app.message.error(say((error as MailError).message));
    }
  };
  const add = () =>
    attempt(async () => {
      const note = await actions.addNote(message.id, text?.trim() ?? '');
      setNotes((before) => [...before, note]);
      setText(undefined);
    });
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
        <Button icon={<FormOutlined aria-hidden />} onClick={() => setText('')} size="small" type="text">
          {t('Add a note')}
        </Button>
      ) : (
        <div className="mail-note-new">
          <Input.TextArea
            aria-label={t('Note')}
            autoFocus
            autoSize={{ minRows: 1, maxRows: 6 }}
            maxLength={10_000}
            onChange={(event) => setText(event.target.value)}
            value={text}
          />
          <Button disabled={!text.trim()} onClick={() => void add()} size="small" type="primary">
            {t('Save')}
          </Button>
          <Button onClick={() => setText(undefined)} size="small">
            {t('Cancel')}
          </Button>
        </div>
      )}
    </section>
  );
}
