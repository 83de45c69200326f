import React, { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { App, Button, Input, Select, Tooltip } from 'antd';
import { DeleteOutlined, PaperClipOutlined, SendOutlined, SyncOutlined } from '@ant-design/icons';
import type { MailError } from '../host/error';
import { useLane } from '../host/lane';
import { ProviderLogo } from '../shared/ProviderLogo';
import { useComposeActions } from './actions';
import { isBlank } from './body';
import { ConflictBar, DraftMark, HintBar, ProblemBar } from './Bars';
import type { WindowProps } from './ComposerWindow';
import { EditorPane } from './EditorPane';
import type { MailEditor } from './editor/contract';
import { Files } from './Files';
import { ofDraft, payloadOf, type Start } from './letter';
import { Quote } from './Quote';
import { RecipientField } from './RecipientField';
import { Schedule } from './Schedule';
import { defaultSignature, LARGEST, signaturesOf } from './senders';
import { Signatures } from './Signatures';
import { Templates } from './Templates';
import type { FileReference, Letter, Signature } from './types';
import { uniqueName } from './unique';
import { useDraft } from './useDraft';
import { useFiles } from './useFiles';
import { useOffer } from './useOffer';
import { usePictures } from './usePictures';
import { useSending } from './useSending';

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
  const [letter, setLetter] = useState(start.letter);
  const change = useCallback(
    (values: Partial<Letter> | ((before: Letter) => Partial<Letter>)) =>
      setLetter((before) => ({ ...before, ...(typeof values === 'function' ? values(before) : values) })),
    [],
  );
  const [copies, setCopies] = useState({ cc: letter.cc.length > 0, bcc: letter.bcc.length > 0 });
  const editor = useRef<MailEditor>();
  const payload = useMemo(() => payloadOf(letter), [letter]);
  const draft = useDraft({ name, letter, payload, start: start.draft, unsaved: start.unsaved ?? false });
  const pictures = usePictures(start.letter.files, start.letter.text);
  const addFile = (file: FileReference) => change(({ files }) => ({ files: [...files, file] }));
  const files = useFiles(addFile);
  const sender = senders.find(
    ({ identity, account }) => identity === letter.identity && account === letter.account,
  );
  const largest = LARGEST[sender?.type ?? 'google'];
  const sending = useSending({ letter, payload, draft, uploading: files.uploading, largest, onSent });
  const isWritten = !isBlank(letter.text);
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
    const isPicture = (file: File) => inText && /^image\/(png|jpeg|gif|webp)$/.test(file.type);
    files.upload(chosen.filter((file) => !isPicture(file)));
    for (const file of chosen.filter(isPicture)) {
      const contentId = `${uniqueName()}@picture`;
      const address = pictures.add(contentId, file);
      void files.uploadPicture(file, contentId);
      editor.current?.insertPicture(address, file.name);
    }
  };
  const setSignature = (signature: Signature | null) => {
    editor.current?.setSignature(signature?.content ?? null);
  };
  const chooseSender = (key: string) => {
    const chosen = senders.find((each) => keyOf(each) === key);
    if (!chosen) return;
    change({ account: chosen.account, identity: chosen.identity });
    if (chosen.account === letter.account) return;
    // A signature goes with its account; one that was taken out stays out.
    const had =
      letter.text.includes('class="gmail_signature"') || signaturesOf(accounts, letter.account).length === 0;
    if (had) setSignature(defaultSignature(accounts, chosen.account) ?? null);
  };
  const close = async () => {
    const isEmpty =
      !isWritten && letter.files.length === 0 && !letter.subject.trim() && letter.to.length === 0;
    // An answer in which nothing was written is no draft.
    if (isEmpty || (start.letter === letter && !start.draft && letter.replyTo)) {
      await draft.stop();
      draft.end();
      onClose();
      const saved = draft.current();
      if (saved && !start.draft) void actions.discardDraft(saved.id).catch(() => undefined);
      return;
    }
    await draft.flush();
    draft.end();
    onClose();
  };
  closing.current = () => void close();
  const discard = async () => {
    await draft.stop();
    draft.end();
    onDiscard(letter, draft.current());
  };
  const pick = (inText: boolean) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    if (inText) input.accept = 'image/png,image/jpeg,image/gif,image/webp';
    input.onchange = () => attach([...(input.files ?? [])], inText);
    input.click();
  };
  const drop = (event: React.DragEvent) => {
    event.preventDefault();
    if (event.dataTransfer.files.length > 0) attach([...event.dataTransfer.files], false);
  };
  const toName = letter.to[0]?.name || letter.to[0]?.address || '';
  const autoFocusText = letter.to.length > 0;

  return (
    <div
      className="mail-compose"
      onDragOver={(event) => event.dataTransfer.types.includes('Files') && event.preventDefault()}
      onDrop={drop}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        // The recipient that is just being typed counts.
        setTimeout(() => sending.send(), 0);
      }}
    >
      <div className="mail-compose-fields">
        <div className="mail-compose-line">
          <span className="mail-compose-label" id={`${name}-from`}>
            {t('From')}
          </span>
          <Select
            aria-labelledby={`${name}-from`}
            className="mail-compose-from"
            onChange={chooseSender}
            options={senders.map((each) => ({
              value: keyOf(each),
              disabled: Boolean(each.trouble),
              label: (
                <span className="mail-sender">
                  <ProviderLogo size={14} type={each.type} />
                  <span className="mail-ellipsis">
                    {each.name ? `${each.name} <${each.identity}>` : each.identity}
                    {each.trouble === 'paused' && ` · ${t('Paused')}`}
                    {each.trouble === 'authorization' && ` · ${t('Authorise it again first')}`}
                  </span>
                </span>
              ),
            }))}
            popupMatchSelectWidth={false}
            value={sender ? keyOf(sender) : letter.identity}
            variant="borderless"
          />
          <Aliases account={letter.account} reload={reloadAccounts} />
        </div>
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
        files={letter.files}
        largest={largest}
        onCancel={files.cancel}
        onRemove={(file) => change({ files: letter.files.filter((each) => each !== file) })}
        onRetry={files.retry}
        uploading={files.uploading}
      />
      <ProblemBar problem={sending.problem} />
      {sending.hint && (
        <HintBar actions={[{ name: t('Send anyway'), run: () => sending.send() }]} text={sending.hint} />
      )}
      <footer className="mail-compose-foot">
        <span className="mail-send">
          <Tooltip title={t('Ctrl+Enter')}>
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
            content: letter.text.replace(/<div class="gmail_signature">[^]*$/, ''),
          })}
          known={{
            name: toName,
            email: letter.to[0]?.address ?? '',
            sender: sender?.name || letter.identity,
          }}
          onInsert={({ subject, content }) => {
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

function keyOf({ account, identity }: { account: string; identity: string }): string {
  return `${account} ${identity}`;
}

function CopyButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button className="mail-copy-button" onClick={onClick} size="small" type="text">
      {label}
    </Button>
  );
}

/** Asks the provider for the addresses that the account may send from. */
function Aliases({ account, reload }: { account: string; reload: () => Promise<void> }) {
  const { t, say } = useLane();
  const actions = useComposeActions();
  const app = App.useApp();
  const [busy, setBusy] = useState(false);
  const ask = async () => {
    setBusy(true);
    try {
      await actions.synchronizeAliases(account);
      await reload();
    } catch (error) {
      app.message.error(say((error as MailError).message));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Tooltip title={t('Sync aliases')}>
      <Button
        aria-label={t('Sync aliases')}
        icon={<SyncOutlined aria-hidden spin={busy} />}
        onClick={() => void ask()}
        size="small"
        type="text"
      />
    </Tooltip>
  );
}
