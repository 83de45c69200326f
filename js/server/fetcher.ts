// The module's way to the network: only to known origins, only so long, only so much.
import type { AllowedOrigin } from 'email-manager';
import { HostError } from './errors';

interface Limits {
  timeoutMs: number;
  maxBytes: number;
}

/** Statuses whose responses have no body by definition; the constructor of Response refuses one for them. */
const BODILESS = new Set([101, 103, 204, 205, 304]);

/** Headers that described the body as it travelled. */
const TRANSPORT_HEADERS = ['content-encoding', 'content-length', 'transfer-encoding', 'set-cookie'];

export class Fetcher {
  private readonly closing = new AbortController();
  private readonly defaults: ReadonlySet<string>;
  private allowed: ReadonlySet<string>;

  constructor(origins: string[]) {
    this.defaults = originsOf(origins);
    this.allowed = this.defaults;
  }

  /** Allows these beside the first ones, in place of those of an earlier call. */
  allow(origins: AllowedOrigin[]): void {
    this.allowed = new Set([...this.defaults, ...originsOf(origins.map(({ origin }) => origin))]);
  }

  /** Ends every exchange under way. */
  close(): void {
    this.closing.abort();
  }

  async fetch(request: Request, { timeoutMs, maxBytes }: Limits): Promise<Response> {
    const { origin } = new URL(request.url);
    if (!this.allowed.has(origin)) throw new HostError('forbidden', `the origin ${origin} is not allowed`);
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(request, {
        signal: AbortSignal.any([timeout, this.closing.signal]),
        redirect: 'manual',
        credentials: 'omit',
      });
      return await complete(response, maxBytes);
    } catch (error) {
      if (error instanceof HostError) throw error;
      const reason = timeout.aborted ? `no complete answer within ${timeoutMs} ms` : reasonOf(error);
      throw new HostError('network_failed', reason);
    }
  }
}

/** The same response with its whole body in memory. */
async function complete(response: Response, maxBytes: number): Promise<Response> {
  const body = await readAtMost(response, maxBytes);
  const headers = new Headers(response.headers);
  for (const name of TRANSPORT_HEADERS) headers.delete(name);
  return new Response(BODILESS.has(response.status) ? null : body, { status: response.status, headers });
}

/** Reads the decompressed body and stops at the limit instead of trusting a header. */
async function readAtMost(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (response.body) {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      length += chunk.byteLength;
      // Leaving the loop cancels the stream and with it the connection.
      if (length > maxBytes)
        throw new HostError('response_too_large', `the answer is longer than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

/** Node's "fetch failed" hides the reason in its cause. Only its code is given: messages may repeat addresses. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : undefined;
  if (cause instanceof Error) {
    const { code } = cause as { code?: unknown };
    return typeof code === 'string' ? code : cause.name;
  }
  return 'the connection failed';
}

function originsOf(addresses: string[]): Set<string> {
  const origins = addresses
    .filter((address) => URL.canParse(address))
    .map((address) => new URL(address).origin);
  // Addresses without an origin, such as data: ones, all answer "null".
  return new Set(origins.filter((origin) => origin !== 'null'));
}
