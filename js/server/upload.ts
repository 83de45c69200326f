// Files that browsers upload: kept in a temporary file while the module reads them, so that none is in memory as a whole.
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Context } from '@nocobase/server';
import { koaMulter } from '@nocobase/utils';
import type { IncomingFile } from 'email-manager';

export interface UploadedFile extends IncomingFile {
  /** Removes the temporary file. */
  discard(): Promise<void>;
}

/** The part `file` of a multipart request; nothing where there is none. */
export async function receiveFile(context: Context, maxBytes: number): Promise<UploadedFile | undefined> {
  if (!context.get('content-type').startsWith('multipart/form-data')) return undefined;
  const folder = await mkdtemp(path.join(tmpdir(), 'email-manager-'));
  const discard = () => rm(folder, { recursive: true, force: true });
  try {
    const receive = koaMulter({
      dest: folder,
      // One byte more tells a file that is too large from one that just fits.
      limits: { fileSize: maxBytes + 1, files: 1, fields: 20, fieldSize: 10_000 },
    }).single('file');
    await receive(context, () => Promise.resolve());
    const { file } = context;
    if (!file) {
      await discard();
      return undefined;
    }
    return {
      name: decodeName(file.originalname),
      mimeType: file.mimetype,
      size: file.size,
      read: (offset, length) => readPart(file.path, offset, length),
      discard,
    };
  } catch (error) {
    await discard();
    throw isTooLarge(error) ? tooLarge : isBroken(error) ? broken : error;
  }
}

async function readPart(file: string, offset: number, length: number): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const buffer = new Uint8Array(length);
    const { bytesRead } = await handle.read(buffer, 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Browsers send names in UTF-8, which multer reads as Latin-1. */
function decodeName(name: string): string {
  const bytes = Buffer.from(name, 'latin1');
  const decoded = new TextDecoder().decode(bytes);
  return decoded.includes('\uFFFD') || bytes.toString('latin1') !== name ? name : decoded;
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === 'LIMIT_FILE_SIZE';
}

/** Whether the browser, and not this server, is why the upload came to nothing. */
function isBroken(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isTorn =
    /^(Request aborted|Request closed|Unexpected end of form|Malformed part header|Multipart: .*)$/;
  return error.name === 'MulterError' || isTorn.test(error.message);
}

/** As the module would say it. */
function refusal(sentence: string, httpStatus: number) {
  const properties = {
    name: 'EmailManagerError',
    code: 'invalid_input',
    sentence,
    field: 'file',
    httpStatus,
  };
  return Object.assign(new Error(sentence), properties, { retryable: false });
}

const tooLarge = refusal('the file is too large', 413);
const broken = refusal('the file did not arrive whole: choose it again', 400);
