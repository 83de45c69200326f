// The module's way to the network: only to known origins, only so long, only so much.
import type { IncomingMessage } from 'node:http';
import type { AllowedOrigin } from 'email-manager';
import { readAtMost } from './body';
import { Connections, type Resolve } from './connections';
import { HostError } from './errors';

interface Limits {
  timeoutMs: number;
  maxBytes: number;
}

/** Statuses whose responses have no body by definition; the constructor of Response refuses one for them. */
const BODILESS = new Set([204, 205, 304]);

/** Headers that described the body as it travelled. */
const TRANSPORT_HEADERS = ['content-encoding', 'content-length', 'transfer-encoding', 'set-cookie'];

export class Fetcher {
  /** Those under way; a signal for all would remember every exchange there ever was. */
  private readonly exchanges = new Set<AbortController>();
  private isClosed = false;
  private readonly connections: Connections;
  private readonly defaults: AllowedOrigin[];
  /** Each with whether its host may have an address of this machine or a private network. */
  private allowed: ReadonlyMap<string, boolean>;

  constructor(origins: string[], resolve?: Resolve) {
    this.connections = new Connections(resolve);
    this.defaults = origins.map((origin) => ({ origin, private: false }));
    this.allowed = reach(this.defaults);
  }

  /** Allows these beside the first ones, in place of those of an earlier call. */
  allow(origins: AllowedOrigin[]): void {
    this.allowed = reach([...this.defaults, ...origins]);
  }

  /** Ends every exchange under way. */
  close(): void {
    this.isClosed = true;
    for (const exchange of this.exchanges) exchange.abort();
    this.connections.close();
  }

  async fetch(request: Request, { timeoutMs, maxBytes }: Limits): Promise<Response> {
    const { origin } = new URL(request.url);
    const isPrivateAllowed = this.allowed.get(origin);
    if (isPrivateAllowed === undefined)
      throw new HostError('forbidden', `the origin ${origin} is not allowed`);
    if (this.isClosed) throw new HostError('network_failed', 'the application stops');
    const exchange = new AbortController();
    const { signal } = exchange;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      exchange.abort();
    }, timeoutMs);
    this.exchanges.add(exchange);
    try {
      const answer = await this.connections.send(request, isPrivateAllowed, signal);
      return complete(answer, await readAtMost(answer, maxBytes, signal));
    } catch (error) {
      if (error instanceof HostError) throw error;
      const reason = isLate ? `no complete answer within ${timeoutMs} ms` : reasonOf(error);
      throw new HostError('network_failed', reason);
    } finally {
      clearTimeout(timer);
      this.exchanges.delete(exchange);
    }
  }
}

/** The answer with its whole body in memory. Its redirects are answers like others. */
function complete(answer: IncomingMessage, body: Uint8Array<ArrayBuffer>): Response {
  const status = answer.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  for (const name of TRANSPORT_HEADERS) headers.delete(name);
  return new Response(BODILESS.has(status) ? null : body, { status, headers });
}

/** Only an error's code is given: messages may repeat addresses. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection failed';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}

/** An origin that was entered twice may go wherever one of the two may. */
function reach(origins: AllowedOrigin[]): Map<string, boolean> {
  const allowed = new Map<string, boolean>();
  for (const { origin: address, private: isPrivate } of origins) {
    if (!URL.canParse(address)) continue;
    const { origin } = new URL(address);
    // Addresses without an origin, such as data: ones, all answer "null".
    if (origin !== 'null') allowed.set(origin, isPrivate || allowed.get(origin) === true);
  }
  return allowed;
}
