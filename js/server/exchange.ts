// One request on its way, from its first byte to the last one of its answer.
import { HostError } from './errors';

export class Exchange {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout;
  private isLate = false;

  /** `onEnd` is told when it is over, perhaps more than once. */
  constructor(
    readonly timeoutMs: number,
    private readonly onEnd: (exchange: Exchange) => void,
  ) {
    this.timer = this.deadline(timeoutMs);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Gives it so much time from now on. */
  extend(milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = this.deadline(milliseconds);
  }

  abort(): void {
    this.end();
    this.controller.abort();
  }

  end(): void {
    clearTimeout(this.timer);
    this.onEnd(this);
  }

  /** What `error` is to the module. Only its code is given: messages may repeat addresses. */
  failure(error: unknown): HostError {
    if (error instanceof HostError) return error;
    const reason = this.isLate ? `no complete answer within ${this.timeoutMs} ms` : reasonOf(error);
    return new HostError('network_failed', reason);
  }

  private deadline(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.isLate = true;
      this.abort();
    }, milliseconds);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection failed';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
