// The body of an answer, decompressed and counted.
import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { HostError } from './errors';

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
    throw new HostError('response_too_large', `the answer is longer than ${maxBytes} bytes`);
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
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
