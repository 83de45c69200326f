/** What went wrong in a call, in the words of the server or, when it was not reached, in our own. */
export class MailError extends Error {
  constructor(
    message: string,
    readonly code: string,
    /** The HTTP status; 0 when there was no answer. */
    readonly status: number,
    /** The key of the value that the error is about. */
    readonly field?: string | undefined,
  ) {
    super(message);
    this.name = 'MailError';
  }
}

const UNREACHABLE = 'The server could not be reached. Check the connection and try again.';
const UNEXPECTED =
  'The server answered in an unexpected way. Try again, and ask an administrator if it stays.';

/** Reads the client's error; the message is a key for translation. */
export async function toMailError(error: unknown): Promise<MailError> {
  if (error instanceof MailError) return error;
  const response = (error as { response?: { status?: number; data?: unknown } } | null)?.response;
  if (!response) return new MailError(UNREACHABLE, 'network_failed', 0);
  const first = firstError(await body(response.data));
  return new MailError(
    first?.message || UNEXPECTED,
    first?.code || 'internal',
    response.status ?? 0,
    first?.field,
  );
}

/** A call for bytes gets its error as bytes, too. */
async function body(data: unknown): Promise<unknown> {
  if (typeof Blob === 'undefined' || !(data instanceof Blob)) return data;
  try {
    return JSON.parse(await data.text());
  } catch {
    return null;
  }
}

interface ServerError {
  code: string | undefined;
  message: string | undefined;
  field: string | undefined;
}

function firstError(data: unknown): ServerError | undefined {
  const errors = (data as { errors?: unknown } | null)?.errors;
  if (!Array.isArray(errors)) return undefined;
  const [first] = errors as { code?: unknown; message?: unknown; field?: unknown }[];
  return {
    code: typeof first?.code === 'string' ? first.code : undefined,
    message: typeof first?.message === 'string' ? first.message : undefined,
    field: typeof first?.field === 'string' ? first.field : undefined,
  };
}
