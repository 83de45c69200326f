// Connections to providers, kept for the next request. Names are resolved here, by whoever opens the socket: the address that
// is checked is the address that is connected to, and whatever a name means a moment later changes nothing.
import { lookup as systemLookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublic } from './addresses';
import { HostError } from './errors';

/** As `lookup` of node:dns. */
export type Resolve = typeof systemLookup;

/** How long an idle connection is kept. Servers that keep theirs shorter say so, and are believed. */
const IDLE_MS = 4_000;

interface Agents {
  http: http.Agent;
  https: https.Agent;
}

export class Connections {
  /** Two pools, so that a connection that was allowed for one origin is never another one's. */
  private readonly everywhere: Agents;
  private readonly publicOnly: Agents;

  constructor(resolve: Resolve = systemLookup) {
    this.everywhere = agents(resolve);
    this.publicOnly = agents(onlyPublic(resolve));
  }

  /** Sends a request; its answer is the head, with the body still to come. */
  async send(
    request: Request,
    isPrivateAllowed: boolean,
    signal: AbortSignal,
  ): Promise<http.IncomingMessage> {
    const url = new URL(request.url);
    if (!isPrivateAllowed) refusePrivateLiteral(url);
    const pool = isPrivateAllowed ? this.everywhere : this.publicOnly;
    const isSecure = url.protocol === 'https:';
    const body = Buffer.from(await request.arrayBuffer());
    return new Promise((resolve, reject) => {
      const outgoing = (isSecure ? https : http).request(url, {
        method: request.method,
        headers: { accept: '*/*', 'accept-encoding': 'gzip, br', ...Object.fromEntries(request.headers) },
        agent: isSecure ? pool.https : pool.http,
        signal,
      });
      outgoing.on('response', resolve).on('error', reject);
      outgoing.on('upgrade', (_, socket) => {
        socket.destroy();
        reject(new Error('the server changed the protocol'));
      });
      if (body.length > 0) outgoing.end(body);
      else outgoing.end();
    });
  }

  close(): void {
    for (const pool of [this.everywhere, this.publicOnly]) {
      pool.http.destroy();
      pool.https.destroy();
    }
  }
}

function agents(lookup: LookupFunction): Agents {
  // Agents hand unknown options on to the sockets that they open.
  const options: http.AgentOptions & { lookup: LookupFunction } = {
    keepAlive: true,
    timeout: IDLE_MS,
    lookup,
  };
  return { http: new http.Agent(options), https: new https.Agent(options) };
}

/** A look-up that knows public addresses only. */
function onlyPublic(resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) {
        callback(error, []);
        return;
      }
      const addresses = found.filter(({ address }) => isPublic(address));
      const [first] = addresses;
      if (!first) callback(refusal(), []);
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** An address instead of a name is connected to as it is written, without a look-up. */
function refusePrivateLiteral({ hostname }: URL): void {
  const literal = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) && !isPublic(literal)) throw refusal();
}

function refusal(): HostError {
  return new HostError('forbidden', 'the address is private');
}
