// The module's way to the network: only to known origins, only so long, only so much.
import type { IncomingMessage } from 'node:http';
import type { AllowedOrigin } from 'email-manager';
import { readAtMost, streamAtMost } from './body';
import { Connections, type Resolve } from './connections';
import { HostError } from './errors';
import { Exchange } from './exchange';
import { complete, streamed } from './responses';

interface Limits {
  timeoutMs: number;
  maxBytes: number;
}

/** How long the reason may be, in bytes, for which there is no file. */
const LONGEST_REFUSAL = 1 << 20;

export class Fetcher {
  /** Those under way; a signal for all would remember every exchange there ever was. */
  private readonly exchanges = new Set<Exchange>();
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
    for (const exchange of [...this.exchanges]) exchange.abort();
    this.connections.close();
  }

  async fetch(request: Request, { timeoutMs, maxBytes }: Limits): Promise<Response> {
    return this.exchange(request, timeoutMs, async (answer, exchange) => {
      const body = await readAtMost(answer, maxBytes, exchange.signal);
      exchange.end();
      return complete(answer, body);
    });
  }

  /** The body of a successful answer is still to be read, and has begun; any other one is read. */
  async open(request: Request, { timeoutMs, maxBytes }: Limits): Promise<Response> {
    return this.exchange(request, timeoutMs, async (answer, exchange) => {
      const { statusCode = 0 } = answer;
      if (statusCode >= 200 && statusCode < 300)
        return streamed(answer, await streamAtMost(answer, maxBytes, exchange));
      const refusal = await readAtMost(answer, Math.min(maxBytes, LONGEST_REFUSAL), exchange.signal);
      exchange.end();
      return complete(answer, refusal);
    });
  }

  private async exchange(
    request: Request,
    timeoutMs: number,
    receive: (answer: IncomingMessage, exchange: Exchange) => Promise<Response>,
  ): Promise<Response> {
    const { origin } = new URL(request.url);
    const isPrivateAllowed = this.allowed.get(origin);
    if (isPrivateAllowed === undefined)
      throw new HostError('forbidden', `the origin ${origin} is not allowed`);
    if (this.isClosed) throw new HostError('network_failed', 'the application stops');
    const exchange = new Exchange(timeoutMs, (ended) => this.exchanges.delete(ended));
    this.exchanges.add(exchange);
    try {
      return await receive(await this.connections.send(request, isPrivateAllowed, exchange.signal), exchange);
    } catch (error) {
      exchange.end();
      throw exchange.failure(error);
    }
  }
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
