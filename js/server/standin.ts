// The stand-in of the package: answers the requests to its domain in this process, so that none of them leaves it.
import type { StandIn as Module } from 'email-manager-stand-in';
import { HostError } from './errors';

export class StandIn {
  private module: Promise<Module> | undefined;

  /** For `domain` and every name below it. The module is loaded with the first request. */
  constructor(private readonly domain: string) {}

  serves(url: string): boolean {
    const { hostname } = new URL(url);
    return hostname === this.domain || hostname.endsWith(`.${this.domain}`);
  }

  async fetch(request: Request, { maxBytes }: { maxBytes: number }): Promise<Response> {
    const body = new Uint8Array(await request.arrayBuffer());
    const module = await this.load();
    const headers = [...request.headers].flat();
    const answer = this.guard(() => module.answer(request.method, request.url, headers, body, Date.now()));
    try {
      const bytes = answer.body as Uint8Array<ArrayBuffer>;
      if (bytes.byteLength > maxBytes)
        throw new HostError('response_too_large', `the answer is longer than ${maxBytes} bytes`);
      return new Response(bytes.byteLength > 0 ? bytes : null, {
        status: answer.status,
        headers: pairs(answer.headers),
      });
    } finally {
      answer.free();
    }
  }

  private load(): Promise<Module> {
    this.module ??= import('email-manager-stand-in').then((found) => new found.StandIn());
    return this.module;
  }

  /** A stand-in that has failed once holds its state half changed: the next request gets a new one. */
  private guard<T>(call: () => T): T {
    try {
      return call();
    } catch {
      this.module = undefined;
      throw new HostError('network_failed', 'the stand-in failed');
    }
  }
}

function pairs(flat: string[]): [string, string][] {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : []));
}
