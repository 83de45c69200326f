// Answers as the module gets them. They have what was decompressed, so headers that described it as it travelled are left out.
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** Statuses whose responses have no body by definition; the constructor of Response refuses one for them. */
const BODILESS = new Set([204, 205, 304]);

const TRANSPORT_HEADERS = ['content-encoding', 'content-length', 'transfer-encoding', 'set-cookie'];

/** The answer with its whole body in memory. Its redirects are answers like others. */
export function complete(answer: IncomingMessage, body: Uint8Array<ArrayBuffer>): Response {
  const { status } = headOf(answer);
  return new WholeResponse(BODILESS.has(status) ? null : body, headOf(answer));
}

/** The answer with its body still to be read, by whoever it is handed on to. */
export function streamed(answer: IncomingMessage, body: Readable): Response {
  const { 'content-length': length, 'content-encoding': coding } = answer.headers;
  return new StreamedResponse(body, coding === undefined ? length : undefined, headOf(answer));
}

/** A response whose body is at hand: read as bytes it gives these, of which the standard's own makes three copies. */
class WholeResponse extends Response {
  constructor(
    private readonly whole: Uint8Array<ArrayBuffer> | null,
    init: ResponseInit,
  ) {
    super(null, init);
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    return Promise.resolve(this.whole?.buffer ?? new ArrayBuffer(0));
  }

  override text(): Promise<string> {
    return Promise.resolve(new TextDecoder().decode(this.whole ?? undefined));
  }

  override async json(): Promise<unknown> {
    return JSON.parse(await this.text()) as unknown;
  }
}

/** A response whose body is a stream of Node's: one of the standard's own would have it read far ahead of its reader. */
export class StreamedResponse extends Response {
  constructor(
    readonly source: Readable,
    /** Of all of it in bytes, where that is known. */
    readonly length: string | undefined,
    init: ResponseInit,
  ) {
    super(null, init);
  }
}

const readers = new WeakMap<Response, BodyReader>();

/** The next bytes of a response's body, `length` of them; fewer only at its end. */
export function readNext(response: Response, length: number): Promise<Uint8Array> {
  const reader = readers.get(response) ?? new BodyReader(partsOf(response));
  readers.set(response, reader);
  return reader.next(length);
}

class BodyReader {
  private rest: Uint8Array = new Uint8Array();

  constructor(private readonly parts: AsyncIterator<Uint8Array, void>) {}

  async next(length: number): Promise<Uint8Array> {
    const parts = [this.rest];
    let held = this.rest.byteLength;
    while (held < length) {
      const { done, value } = await this.parts.next();
      if (done) break;
      parts.push(value);
      held += value.byteLength;
    }
    const whole = Buffer.concat(parts);
    this.rest = whole.subarray(length);
    return whole.subarray(0, length);
  }
}

async function* partsOf(response: Response): AsyncGenerator<Uint8Array, void> {
  if (response instanceof StreamedResponse) yield* response.source as AsyncIterable<Uint8Array>;
  else yield new Uint8Array(await response.arrayBuffer());
}

function headOf({ statusCode = 0, headersDistinct }: IncomingMessage): { status: number; headers: Headers } {
  const headers = new Headers();
  for (const [name, values] of Object.entries(headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  for (const name of TRANSPORT_HEADERS) headers.delete(name);
  return { status: statusCode, headers };
}
