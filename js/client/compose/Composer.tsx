import React, { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { App, Button, Input, Tooltip } from 'antd';
import { DeleteOutlined, PaperClipOutlined, SendOutlined } from '@ant-design/icons';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { useModal } from '../shared/useModal';
import { useComposeActions } from './actions';
import { forgetAttempt } from './attempts';
import { hasSignature, isBlank, withoutSignature } from './body';
import { ConflictBar, DraftMark, HintBar, ProblemBar } from './Bars';
import type { WindowProps } from './ComposerWindow';
import { EditorPane } from './EditorPane';
import type { MailEditor } from './editor/contract';
import { Files } from './Files';
import { Individually } from './Individually';
import { ofDraft, payloadOf, type Start } from './letter';
import { isPicture, pickFiles, PICTURES } from './pick';
import { Quote } from './Quote';
import { RecipientField } from './RecipientField';
import { Schedule } from './Schedule';
import { SenderField } from './SenderField';
import { defaultSignature, LARGEST, type Sender, signaturesOf } from './senders';
import { Signatures } from './Signatures';
import { Templates } from './Templates';
import type { Letter, Signature } from './types';
import { uniqueName } from './unique';
import { forgetUploads } from './uploads';
import { useDraft } from './useDraft';
import { useFiles } from './useFiles';
import { useFocusBack } from './useFocusBack';
import { useOffer } from './useOffer';
import { usePictures } from './usePictures';
import { useSending } from './useSending';
import { useTrusted } from './useTrusted';

interface Props extends WindowProps {
  start: Start;
  closing: React.MutableRefObject<(() => void) | undefined>;
  onSubject: (subject: string) => void;
}

/** The form of a mail: to whom, about what, the text, the files, and what happens to it. */
export function Composer(props: Props) {
  const { name, start, senders, accounts, reloadAccounts, onSubject, onClose, onDiscard, onSent, closing } =
    props;
  const { t, say } = useLane();
  const actions = useComposeActions();
  const app = App.useApp();
  const modal = useModal();
  const [letter, setLetter] = useState(start.letter);
  const change = useCallback(
    (values: Partial<Letter> | ((before: Letter) => Partial<Letter>)) =>
      setLetter((before) => ({ ...before, ...(typeof values === 'function' ? values(before) : values) })),
    [],
  );
  const isIndividual = letter.interval !== undefined && letter.to.length > 1;
  const [copies, setCopies] = useState({ cc: letter.cc.length > 0, bcc: letter.bcc.length > 0 });
  const editor = useRef<MailEditor>();
  const payload = useMemo(() => payloadOf(letter), [letter]);
  const draft = useDraft({ name, letter, payload, start: start.draft, unsaved: start.unsaved ?? false });
  const files = useFiles(name, (update) => change(({ files }) => ({ files: update(files) })));
  const pictures = usePictures(start.letter.files, start.letter.text, files.pictures);
  const trusted = useTrusted(accounts);
  const sender = senders.find(
    ({ identity, account }) => identity === letter.identity && account === letter.account,
  );
  const largest = LARGEST[sender?.type ?? 'google'];
  const end = () => {
    draft.end();
    forgetUploads(name);
    forgetAttempt(name);
  };
  const sending = useSending({
    ...{ name, letter, payload, draft, largest },
    interval: isIndividual ? letter.interval : undefined,
    uploading: files.uploading,
    onSent: (accepted) => {
      end();
      onSent(accepted, letter);
    },
  });
  const form = useFocusBack(sending.busy);
  const signatures = accounts
    .flatMap(({ email }) => signaturesOf(accounts, email))
    .map(({ content }) => content);
  const isWritten = !isBlank(letter.text, signatures);
  const offer = useOffer(payload, { enabled: !start.draft && !start.unsaved && !isWritten, draft });

  useEffect(() => onSubject(letter.subject), [letter.subject, onSubject]);

  const showLetter = (shown: Start) => {
    setLetter(shown.letter);
    setCopies({ cc: shown.letter.cc.length > 0, bcc: shown.letter.bcc.length > 0 });
    editor.current?.setHtml(pictures.toPage(shown.letter.text));
    if (shown.draft) draft.adopt(shown.draft, payloadOf(shown.letter));
  };
  const showOther = async (id: number | undefined) => {
    if (!id) return;
    try {
      showLetter(ofDraft(await actions.draft(id), senders));
    } catch (error) {
      app.message.error(say((error as MailError).message));
    }
  };

  const attach = (chosen: File[], inText: boolean) => {
    const isShown = (file: File) => inText && isPicture(file);
    files.upload(chosen.filter((file) => !isShown(file)));
    for (const file of chosen.filter(isShown)) {
      const contentId = `${uniqueName()}@picture`;
      const address = pictures.add(contentId, file);
      files.uploadPicture(file, contentId);
      editor.current?.insertPicture(address, file.name);
    }
  };
  const setSignature = (signature: Signature | null) => {
    editor.current?.setSignature(signature?.content ?? null, signatures);
  };
  const chooseSender = (chosen: Sender) => {
    change({ account: chosen.account, identity: chosen.identity });
    if (chosen.account === letter.account) return;
    // A signature goes with its account; one that was taken out stays out.
    const had = hasSignature(letter.text) || signaturesOf(accounts, letter.account).length === 0;
    if (had) setSignature(defaultSignature(accounts, chosen.account) ?? null);
  };
  const close = async () => {
    if (sending.busy) return;
    const hasFiles = letter.files.length + files.uploading.length > 0;
    const people = [letter.to, letter.cc, letter.bcc].flat();
    const isEmpty = !isWritten && !hasFiles && !letter.subject.trim() && people.length === 0;
    // An answer in which nothing was written is no draft.
    if (
      isEmpty ||
      (start.letter === letter && !start.draft && letter.replyTo && files.uploading.length === 0)
    ) {
      await draft.stop();
      end();
      onClose();
      const saved = draft.current();
      // Of what was taken away whole, nothing comes back.
      if (saved && (!start.draft || (isEmpty && !letter.quote)))
        void actions.discardDraft(saved.id).catch(() => undefined);
      return;
    }
    const leave = () => {
      end();
      onClose();
    };
    if (!(await draft.flush())) askToLose(t('This email is not saved'), leave);
    else if (files.uploading.length > 0) askToLose(t('A file is not uploaded yet'), leave);
    else leave();
  };
  const askToLose = (title: string, leave: () => void) =>
    modal.confirm({
      title,
      content: t('What is not saved is lost when it is closed now.'),
      okText: t('Close without it'),
      okButtonProps: { danger: true },
      cancelText: t('Go on writing'),
      onOk: leave,
    });
  closing.current = () => void close();
  const discard = async () => {
    await draft.stop();
    end();
    onDiscard(letter, draft.current());
  };
  const pick = (inText: boolean) => pickFiles((chosen) => attach(chosen, inText), inText ? PICTURES : '');
  // What happens in the dialogs of the composer comes here, too, and is not about the mail.
  const isHere = ({ currentTarget, target }: React.SyntheticEvent) => currentTarget.contains(target as Node);
  const drop = (event: React.DragEvent) => {
    if (!isHere(event)) return;
    event.preventDefault();
    if (event.dataTransfer.files.length > 0) attach([...event.dataTransfer.files], false);
  };
  const toName = letter.to[0]?.name || letter.to[0]?.address || '';
  const autoFocusText = letter.to.length > 0;

  return (
    <div
      aria-busy={sending.busy}
      className="mail-compose"
      onDragOver={(event) => {
        if (isHere(event) && event.dataTransfer.types.includes('Files')) event.preventDefault();
      }}
      onDrop={drop}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        if (!isHere(event) || event.nativeEvent.isComposing) return;
        event.preventDefault();
        // The recipient that is just being typed counts.
        setTimeout(() => sending.send(), 0);
      }}
      // What is written while it is being sent would go nowhere.
      {...(sending.busy && { inert: '' })}
      ref={form}
    >
      <div className="mail-compose-fields">
        <SenderField
          account={letter.account}
          identity={letter.identity}
          name={name}
          onChange={chooseSender}
          reloadAccounts={reloadAccounts}
          sender={sender}
          senders={senders}
        />
        <RecipientField
          autoFocus={!autoFocusText}
          label={t('To')}
          onChange={(to) => change({ to })}
          value={letter.to}
        >
          {!copies.cc && <CopyButton label={t('Cc')} onClick={() => setCopies({ ...copies, cc: true })} />}
          {!copies.bcc && <CopyButton label={t('Bcc')} onClick={() => setCopies({ ...copies, bcc: true })} />}
        </RecipientField>
        {copies.cc && <RecipientField label={t('Cc')} onChange={(cc) => change({ cc })} value={letter.cc} />}
        {copies.bcc && (
          <RecipientField label={t('Bcc')} onChange={(bcc) => change({ bcc })} value={letter.bcc} />
        )}
        {letter.to.length > 1 && (
          <Individually interval={letter.interval} onChange={(interval) => change({ interval })} />
        )}
        <div className="mail-compose-line">
          <label className="mail-compose-label" htmlFor={`${name}-subject`}>
            {t('Subject')}
          </label>
          <Input
            id={`${name}-subject`}
            onChange={({ target }) => change({ subject: target.value })}
            value={letter.subject}
            variant="borderless"
          />
        </div>
      </div>
      <ConflictBar draft={draft} onOther={() => void showOther(draft.current()?.id)} />
      {offer.found && draft.state !== 'conflict' && (
        <HintBar
          actions={[
            { name: t('Continue it'), run: () => void showOther(offer.found?.id) },
            { name: t('No'), run: offer.dismiss },
          ]}
          text={t('There is a draft to the same people.')}
        />
      )}
      {pictures.ready && (
        <EditorPane
          autoFocus={autoFocusText}
          below={
            <Quote
              files={letter.files}
              html={letter.quote}
              onEdit={() => {
                editor.current?.setHtml(pictures.toPage(letter.text + letter.quote));
                change({ quote: '' });
              }}
              onRemove={() => change({ quote: '' })}
            />
          }
          html={pictures.toPage(letter.text)}
          label={t('Text of the email')}
          mayLoad={trusted.has}
          onChange={(html) => change({ text: pictures.toMail(html) })}
          onFiles={(chosen) => attach(chosen, true)}
          onPicture={() => pick(true)}
          placeholder={t('Write something…')}
          ref={(made) => {
            editor.current = made ?? undefined;
          }}
        />
      )}
      <Files
        files={payload.attachments}
        largest={largest}
        onCancel={files.cancel}
        onRemove={(file) => change({ files: letter.files.filter((each) => each !== file) })}
        onRetry={files.retry}
        uploading={files.uploading}
      />
      <ProblemBar problem={sending.problem} />
      {sending.hint && (
        <HintBar
          actions={[{ name: t('Send anyway'), run: sending.hint.sendAnyway }]}
          text={sending.hint.text}
        />
      )}
      <footer className="mail-compose-foot">
        <span className="mail-send">
          {/* It would stand on the bar that says why it was not sent. */}
          <Tooltip title={sending.problem || sending.hint ? '' : t('Ctrl+Enter')}>
            <Button
              disabled={sending.blocked}
              icon={<SendOutlined aria-hidden />}
              loading={sending.busy}
              onClick={() => sending.send()}
              type="primary"
            >
              {t('Send')}
            </Button>
          </Tooltip>
          <Schedule disabled={sending.blocked || sending.busy} onSchedule={(time) => sending.send(time)} />
        </span>
        <Button
          aria-label={t('Attach files')}
          icon={<PaperClipOutlined aria-hidden />}
          onClick={() => pick(false)}
          title={t('Attach files')}
          type="text"
        />
        <Templates
          current={() => ({
            subject: letter.subject,
            content: withoutSignature(letter.text),
          })}
          known={{
            // Of each recipient, once it is sent.
            name: isIndividual ? '{{name}}' : toName,
            email: isIndividual ? '{{email}}' : (letter.to[0]?.address ?? ''),
            sender: sender?.name || letter.identity,
          }}
          onInsert={({ subject, content }) => {
            trusted.add(content);
            editor.current?.insertHtml(content);
            if (subject) change((before) => (before.subject.trim() ? {} : { subject }));
          }}
        />
        <Signatures
          account={letter.account}
          accounts={accounts}
          onChanged={reloadAccounts}
          onChoose={setSignature}
        />
        <DraftMark draft={draft} />
        <Tooltip title={t('Discard the draft')}>
          <Button
            aria-label={t('Discard the draft')}
            icon={<DeleteOutlined aria-hidden />}
            onClick={() => void discard()}
            type="text"
          />
        </Tooltip>
      </footer>
    </div>
  );
}

function CopyButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button className="mail-copy-button" onClick={onClick} size="small" type="text">
      {label}
    </Button>
  );
}
