import { createContext, useContext } from 'react';
import { translateSentence } from './sentences';

/** The i18n namespace of the plugin, which is also the name of its package. */
export const NAMESPACE = 'nocobase-plugin-email-manager';

/** A call of one of the server's actions, for example `{ url: 'mail:settings' }`. */
export interface ActionCall {
  url: string;
  method?: 'get' | 'post';
  params?: Record<string, unknown>;
  data?: unknown;
  responseType?: 'json' | 'blob';
  /** Told while the request is on its way, for files. */
  onUploadProgress?: (event: { loaded: number; total?: number }) => void;
  signal?: AbortSignal;
}

/** The body and the headers of an answer, before anything is unwrapped. */
export interface ActionAnswer {
  data: unknown;
  headers: Record<string, unknown>;
}

/**
 * What the pages need of the client that shows them. NocoBase has two of them, at `/` and at `/v/`; each entry makes one
 * of these, and nothing else of the pages knows which one it runs in.
 */
export interface Lane {
  /** Calls an action as the signed-in user. Rejects with the client's own error, see `toMailError`. */
  request: (call: ActionCall) => Promise<ActionAnswer>;
  /** Translates a key, which is the English sentence itself. `{{name}}` in it is replaced by `values.name`. */
  t: (key: string, values?: Record<string, string | number>) => string;
  /** Translates a sentence of the server, which writes them without a capital. */
  say: (sentence: string, values?: Record<string, string | number>) => string;
  /** The language of the page as a BCP 47 tag, `en-US`. */
  language: () => string;
  /** Listens to a type of websocket message; returns the function that stops it. */
  onEvent: (type: string, listener: (payload: unknown) => void) => () => void;
  /** Goes to a path inside the client, `/admin/mail`. */
  navigate: (path: string, options?: { replace?: boolean }) => void;
  /** A hook: the query of the current address, with its question mark. */
  useSearch: () => string;
  /** Turns a path inside the client into one the browser can open, for instance under `/v`. */
  href: (path: string) => string;
  /** Whether the browser holds a token. The server may still refuse it. */
  isSignedIn: () => boolean;
}

/** The part of NocoBase's `Application` that both clients have. */
export interface HostApplication {
  apiClient: {
    request(
      options: ActionCall & { skipNotify: boolean },
    ): Promise<{ data: unknown; headers: Record<string, unknown> }>;
    auth: { token?: string | null };
  };
  eventBus: EventTarget;
  i18n: { t(key: string, options: Record<string, unknown>): string; language: string };
  router: {
    navigate(path: string, options?: { replace?: boolean }): unknown;
    getBasename?(): string | undefined;
    basename?: string;
  };
}

/** Makes the lane of a running client. `useSearch` comes from its router, which only a component can ask. */
export function createLane(app: HostApplication, useSearch: () => string): Lane {
  const t: Lane['t'] = (key, values) =>
    app.i18n.t(key, { ns: [NAMESPACE, 'client'], interpolation: { escapeValue: false }, ...values });
  return {
    request: async (call) => {
      // The pages show their errors where they belong, so the client's own pop-up stays away.
      const { data, headers } = await app.apiClient.request({ method: 'get', ...call, skipNotify: true });
      return { data, headers };
    },
    t,
    say: (sentence, values) => capitalise(translateSentence(t, sentence, values)),
    language: () => app.i18n.language || 'en-US',
    onEvent: (type, listener) => {
      const receive = (event: Event) => listener((event as CustomEvent).detail);
      app.eventBus.addEventListener(`ws:message:${type}`, receive);
      return () => app.eventBus.removeEventListener(`ws:message:${type}`, receive);
    },
    navigate: (path, options) => {
      app.router.navigate(path, options);
    },
    useSearch,
    href: (path) => `${basename(app.router)}${path}`,
    isSignedIn: () => Boolean(app.apiClient.auth.token),
  };
}

function capitalise(sentence: string): string {
  const [first = ''] = sentence;
  return first.toLocaleUpperCase() + sentence.slice(first.length);
}

function basename(router: HostApplication['router']): string {
  return (router.getBasename?.() ?? router.basename ?? '').replace(/\/+$/, '');
}

const LaneContext = createContext<Lane | null>(null);

export const LaneProvider = LaneContext.Provider;

/** The lane that the page is shown in. */
export function useLane(): Lane {
  const lane = useContext(LaneContext);
  if (!lane) throw new Error('useLane was called outside of a LaneProvider.');
  return lane;
}
