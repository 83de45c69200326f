import { useCallback } from 'react';
import { contentIds, isSameContentId } from '../centre/document';
import { type Lane, useLane } from '../host/lane';
import { useActions } from '../host/page';
import type { Message } from '../host/types';
import { longDate, peopleText, personText } from '../shared/format';
import { type ComposeActions, useComposeActions } from './actions';
import {
  filesWith,
  forwardQuote,
  joinBody,
  type QuoteTexts,
  replyQuote,
  signatureOf,
  splitBody,
} from './body';
import type { Seed } from './context';
import { liveComposer } from './live';
import { toRecipients } from './recipients';
import { defaultSignature, preferredSender, type Sender } from './senders';
import type {
  FileReference,
  FoundDraft,
  Letter,
  MailPayload,
  Mode,
  SavedDraft,
  WritingAccount,
} from './types';

/** A mail to be written, and the draft that it is, where it is one already. */
export interface Start {
  letter: Letter;
  draft?: SavedDraft;
  /** Written before and not saved: to be saved at once. */
  unsaved?: boolean;
}

/** Makes what a composer begins with. */
export function useStart(accounts: WritingAccount[], senders: Sender[]): (seed: Seed) => Promise<Start> {
  const lane = useLane();
  const mail = useActions();
  const actions = useComposeActions();
  return useCallback(
    async (seed) => {
      const signed = (account: string) => signedText(accounts, account);
      switch (seed.kind) {
        case 'letter':
          return { letter: seed.letter, ...(seed.draft && { draft: seed.draft }), unsaved: true };
        case 'live': {
          const live = await liveComposer(seed.name);
          const letter = live?.letter ?? emptyLetter(preferredSender(senders, null), signed);
          return { letter, ...(live?.draft && { draft: live.draft }), unsaved: live?.unsaved ?? false };
        }
        case 'draft':
          return ofDraft(await actions.draft(seed.id), senders);
        case 'new':
          return { letter: emptyLetter(preferredSender(senders, seed.mailbox), signed) };
        case 'answer': {
          const message = await mail.message(seed.id);
          return { letter: await answerTo(message, seed.mode, { lane, actions, senders, signed }) };
        }
      }
    },
    [lane, mail, actions, accounts, senders],
  );
}

/** An empty line for the text, and the default signature below. */
function signedText(accounts: WritingAccount[], account: string): string {
  const signature = defaultSignature(accounts, account);
  return signature ? `<p></p><p></p>${signatureOf(signature.content)}` : '';
}

function emptyLetter(sender: Sender | undefined, signed: (account: string) => string): Letter {
  const account = sender?.account ?? '';
  return {
    account,
    identity: sender?.identity ?? '',
    to: [],
    cc: [],
    bcc: [],
    subject: '',
    text: signed(account),
    quote: '',
    files: [],
  };
}

interface Tools {
  lane: Lane;
  actions: ComposeActions;
  senders: Sender[];
  signed: (account: string) => string;
}

async function answerTo(message: Message, mode: Mode, tools: Tools): Promise<Letter> {
  const { lane, actions, senders, signed } = tools;
  const proposal = await actions.proposal(message.id, mode);
  const own = senders.filter(({ account }) => account === (proposal.accountEmail ?? message.email));
  const sender =
    own.find(({ identity }) => identity === proposal.identityEmail?.toLowerCase()) ??
    own[0] ??
    preferredSender(senders, message.email);
  const texts = quoteTexts(message, lane);
  return {
    ...emptyLetter(sender, signed),
    to: toRecipients(proposal.to),
    cc: toRecipients(proposal.cc),
    subject: proposal.subject,
    quote: mode === 'forward' ? forwardQuote(message, texts) : replyQuote(message, texts),
    files: filesOf(message, mode),
    replyTo: message.id,
    mode,
  };
}

function quoteTexts(message: Message, { t, language }: Lane): QuoteTexts {
  const date = longDate(message.date, language());
  const sender = message.fromUser ?? { address: message.from ?? '' };
  return {
    wrote: t('On {{date}}, {{person}} wrote:', { date, person: personText(sender) }),
    forwarded: t('Forwarded message'),
    fields: [
      [t('From:'), personText(sender)],
      [t('Date:'), date],
      [t('Subject:'), message.subject ?? ''],
      [t('To:'), peopleText(message.toUsers)],
      [t('Cc:'), peopleText(message.ccUsers)],
    ],
  };
}

/** A mail that is passed on keeps its files; one that is answered only the pictures that its quotation shows. */
function filesOf(message: Message, mode: Mode): FileReference[] {
  const shown = contentIds(message.bodyHtml ?? '');
  return (message.attachments ?? []).flatMap((file) => {
    const id = shown.find((each) => file.contentId && isSameContentId(each, file.contentId));
    if (mode !== 'forward' && !id) return [];
    return [
      {
        messageId: message.id,
        attachmentId: file.attachmentId,
        filename: file.filename,
        mimeType: file.mimeType ?? '',
        size: file.size ?? null,
        ...(id && { contentId: id }),
      },
    ];
  });
}

/** A draft as it was saved. */
export function ofDraft({ id, version, draft }: FoundDraft, senders: Sender[]): Start {
  const { text, quote } = splitBody(draft.body ?? '');
  const sender =
    senders.find(({ identity }) => identity === draft.identityEmail?.toLowerCase()) ??
    preferredSender(senders, draft.accountEmail ?? null);
  return {
    draft: { id, version },
    letter: {
      account: draft.accountEmail ?? sender?.account ?? '',
      identity: draft.identityEmail ?? sender?.identity ?? '',
      to: toRecipients(draft.to),
      cc: toRecipients(draft.cc),
      bcc: toRecipients(draft.bcc),
      subject: draft.subject ?? '',
      text,
      quote,
      files: draft.attachments ?? [],
      ...(draft.interval !== undefined && { interval: draft.interval }),
      ...(draft.replyTo && { replyTo: Number(draft.replyTo) }),
      ...(draft.mode && { mode: draft.mode }),
    },
  };
}

/** What the server gets of a mail. */
export function payloadOf(letter: Letter): MailPayload {
  const { account, identity, to, cc, bcc, subject, text, quote, files, interval, replyTo, mode } = letter;
  const body = joinBody(text, quote);
  return {
    accountEmail: account,
    identityEmail: identity,
    to,
    cc,
    bcc,
    subject,
    body,
    attachments: filesWith(body, files),
    ...(interval !== undefined && { interval }),
    ...(replyTo && { replyTo }),
    ...(mode && { mode }),
  };
}
