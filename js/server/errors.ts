// What failures look like in logs and in answers.
import type { EmailManagerError } from 'email-manager';

export interface Failure {
  code: string;
  sentence: string;
  retryable: boolean;
  httpStatus: number;
  field?: string;
}

/** What a rejection of the module says; whatever else was thrown is a fault of ours and keeps its words to itself. */
export function toFailure(error: unknown): Failure {
  if (isEmailManagerError(error)) return error;
  return { code: 'internal', sentence: 'The email manager failed', retryable: false, httpStatus: 500 };
}

/** For logs. The module's messages never hold secrets or mail; others' could, so only their name is given. */
export function describeFailure(error: unknown): string {
  if (isEmailManagerError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.name : typeof error;
}

function isEmailManagerError(error: unknown): error is EmailManagerError {
  return error instanceof Error && error.name === 'EmailManagerError';
}

/** An error for the module, which reads `code`. */
export class HostError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
