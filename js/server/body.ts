// The body of an answer, decompressed and counted.
import type { IncomingMessage } from 'node:http';
import { addAbortSignal, pipeline as pipe, Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { HostError } from './errors';
import type { Exchange } from './exchange';

/** How much longer than a server a reader may take before its next part: a download can be halted for a while. */
const PATIENCE = 10;

const DECODERS = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['br', createBrotliDecompress],
]);

/** Reads the decompressed body and stops at the limit instead of trusting a header. */
export async function readAtMost(
  answer: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const collect = async (source: AsyncIterable<Uint8Array>) => {
    for await (const chunk of source) {
      length += chunk.byteLength;
      // An error in a pipeline ends all of it, and with it the connection.
      if (length > maxBytes) throw new Error();
      chunks.push(chunk);
    }
  };
  const decoder = decoderOf(answer);
  try {
    // Nothing, said to be compressed, is nothing; a decoder would wait for its first byte.
    await (decoder && !isEmpty(answer)
      ? pipeline(answer, decoder, collect, { signal })
      : pipeline(answer, collect, { signal }));
  } catch (error) {
    // Which of its errors a pipeline reports is a matter of chance.
    if (length <= maxBytes) throw error;
    throw tooLarge(maxBytes);
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

/**
 * The decompressed body once its first part is here, or its end. It is read no faster than its reader takes it, and what
 * ends it early, on either side, ends the other one as well.
 */
export function streamAtMost(
  answer: IncomingMessage,
  maxBytes: number,
  exchange: Exchange,
): Promise<Readable> {
  return new Promise((resolve, reject) => {
    let length = 0;
    const body = new Transform({
      transform(part: Uint8Array, _, done) {
        length += part.byteLength;
        const isFull = body.readableLength + part.byteLength >= body.readableHighWaterMark;
        exchange.extend(exchange.timeoutMs * (isFull ? PATIENCE : 1));
        if (length > maxBytes) done(tooLarge(maxBytes));
        else done(null, part);
        resolve(body);
      },
      flush(done) {
        resolve(body);
        done();
      },
    });
    addAbortSignal(exchange.signal, body);
    const ended = (error: NodeJS.ErrnoException | null) => {
      exchange.end();
      if (error) reject(error);
    };
    const decoder = decoderOf(answer);
    if (decoder && !isEmpty(answer)) pipe(answer, decoder, body, ended);
    else pipe(answer, body, ended);
  });
}

function tooLarge(maxBytes: number): HostError {
  return new HostError('response_too_large', `the answer is longer than ${maxBytes} bytes`);
}

function isEmpty({ headers, statusCode }: IncomingMessage): boolean {
  return headers['content-length'] === '0' || statusCode === 204 || statusCode === 304;
}

function decoderOf(answer: IncomingMessage): Transform | undefined {
  const coding = answer.headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (coding === '' || coding === 'identity') return undefined;
  const create = DECODERS.get(coding);
  if (create) return create();
  answer.destroy();
  throw new HostError('network_failed', 'the answer is encoded in a way that was not asked for');
}
