// What a test draws, by name: `window.stage.show('Reader', {…})`.
import React from 'react';
import { createRoot } from 'react-dom/client';
import { AccountCard } from '../../client/accounts/AccountCard';
import { BulkPane } from '../../client/bulk/BulkPane';
import { MailView } from '../../client/centre/MailView';
import { readPlace } from '../../client/centre/place';
import { Reader } from '../../client/centre/Reader';
import { ComposeRoom } from '../../client/compose/ComposeRoom';
import { type Compose, ComposeProvider, useCompose } from '../../client/compose/context';
import { Toolbar } from '../../client/compose/Toolbar';
import { type ActionCall, createLane } from '../../client/host/lane';
import { MailPage } from '../../client/host/page';

declare global {
  interface Window {
    answer: (call: ActionCall) => Promise<{ data: unknown; status?: number; message?: string }>;
    stage: typeof stage;
  }
}

const eventBus = new EventTarget();

const lane = createLane(
  {
    apiClient: {
      request: async ({ url, params, data, responseType }) => {
        const found = await window.answer({ url, params, data } as ActionCall);
        if (found.status) {
          const errors = [{ code: 'refused', message: found.message }];
          // As the client's own errors are.
          throw Object.assign(new Error(), { response: { status: found.status, data: { errors } } });
        }
        const isFile = responseType === 'blob';
        const answer = isFile
          ? new Blob([found.data as string], { type: 'image/png' })
          : { data: found.data };
        return { data: answer, headers: {} };
      },
      auth: { token: 'x' },
    },
    eventBus,
    i18n: {
      language: 'en-US',
      t: (key, values) => key.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name])),
    },
    router: { navigate: (path) => void stage.visited.push(path) },
  },
  () => stage.search,
);

const organising = { labels: [], targets: [], apply: () => undefined };
const compose = { ready: true, outbox: [], answer: () => undefined } as unknown as Compose;

const place = readPlace('');

const account = { id: 9, email: 'me@shop.example', type: 'google', status: 'ready' };

/** The room for writing around nothing: what it offers is `window.stage.compose`. */
function WritingRoom() {
  const accounts = React.useMemo(() => [account] as never, []);
  return (
    <ComposeRoom accounts={accounts} reloadAccounts={() => Promise.resolve()}>
      <Offered />
    </ComposeRoom>
  );
}

function Offered() {
  stage.compose = useCompose();
  return null;
}

/** The open mail inside such a room. */
function ReadingRoom(props: React.ComponentProps<typeof Reader>) {
  const accounts = React.useMemo(() => [account] as never, []);
  return (
    <ComposeRoom accounts={accounts} reloadAccounts={() => Promise.resolve()}>
      <Reader {...props} />
    </ComposeRoom>
  );
}

const components = { AccountCard, BulkPane, MailView, ReadingRoom, Reader, Toolbar, WritingRoom };

const root = createRoot(document.getElementById('place'));

const stage = {
  compose,
  place,
  /** Of the address that the page is at. */
  search: '',
  /** Where its links and buttons led. */
  visited: [] as string[],
  show: (name: keyof typeof components, props: Record<string, unknown> = {}) => {
    const Component = components[name] as React.ComponentType<never> as React.ComponentType<
      Record<string, unknown>
    >;
    const nothing = () => undefined;
    // What a component needs and a test doesn't care about.
    const usual = {
      accounts: [],
      go: nothing,
      members: [],
      onClose: nothing,
      onOpen: nothing,
      onRead: nothing,
      onShow: nothing,
      organising,
      place,
      width: 1200,
    };
    root.render(
      <MailPage lane={lane}>
        <ComposeProvider value={compose}>
          <Component {...usual} {...props} />
        </ComposeProvider>
      </MailPage>,
    );
  },
  /** What the server sends by itself. */
  emit: (type: string, detail: unknown = {}) =>
    eventBus.dispatchEvent(new CustomEvent(`ws:message:${type}`, { detail })),
};

window.stage = stage;
