import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { systemCode } from '../errors.ts';
import { type Admission, ConnectionLimits } from './admission.ts';
import { ClientWire } from './client-wire.ts';
import { MemoryBudget } from './memory-budget.ts';
import { networks, plainAddress } from './networks.ts';
import type { Endpoint } from './options.ts';
import { type ProxyHeader, readProxyHeader } from './proxy-protocol.ts';
import { formatReply, REPLIES } from './reply.ts';
import { reverseName } from './reverse-name.ts';
import type { ServerContext, ServerOptions } from './server-context.ts';
import { type Client, type SessionState } from './session-state.ts';
import { runSession } from './session.ts';
import { tlsSocketOptions } from './tls-contexts.ts';
import { bind } from './bind.ts';

export interface RunningServer {
  /** As bound: the port is the real one where 0 was asked for. */
  readonly address: Endpoint;
  readonly connections: number;
  /**
   * No new sessions; those between transactions get 421, running transactions may finish within `limits.drainMs`; what is left is cut off,
   * its next hop without a dot. Resolves when all are gone.
   */
  drain(): Promise<void>;
  /** At once: no session outlives it. */
  close(): Promise<void>;
  /**
   * New options (all but the endpoint) for new sessions and the next commands of running ones; transactions go on with the old ones. Throws
   * where a certificate cannot be used: the old options stay.
   */
  update(options: ServerOptions): void;
}

/** Listens. Rejects with the system's error where that is not possible, or with that of a certificate. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const server = new SmtpServer(options);
  await server.listen();
  return server;
}

const PROXY_HEADER_MS = 10_000;

class SmtpServer implements RunningServer {
  readonly #context: MutableContext;
  readonly #net: Server;
  readonly #sessions = new Map<SessionState, Promise<void>>();
  readonly #sockets = new Set<Socket>();
  #address: Endpoint;

  constructor(options: ServerOptions) {
    this.#context = new MutableContext(options);
    this.#address = options.listener.endpoint;
    this.#net = createServer({ allowHalfOpen: true }, (socket) => void this.#accept(socket));
  }

  get address(): Endpoint {
    return this.#address;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  async listen(): Promise<void> {
    this.#address = await bind(this.#net, this.#context.options.listener.endpoint);
    // A connection that cannot be accepted (no descriptors left) is no reason to stop.
    this.#net.on('error', (error) => {
      const errno = systemCode(error) ?? 'unknown';
      this.#context.emit({ kind: 'system', session: '', what: 'accept', errno });
    });
  }

  update(options: ServerOptions): void {
    this.#context.replace(options);
  }

  async drain(): Promise<void> {
    this.#context.draining = true;
    this.#net.close();
    for (const state of this.#sessions.keys()) state.wire.interrupt();
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise((resolve) => {
      timer = setTimeout(resolve, this.#context.options.limits.drainMs);
    });
    await Promise.race([Promise.all(this.#sessions.values()), limit]);
    clearTimeout(timer);
    for (const state of this.#sessions.keys()) state.wire.write(formatReply(REPLIES.shutdown));
    await this.close();
  }

  async close(): Promise<void> {
    this.#context.draining = true;
    if (this.#net.listening) this.#net.close();
    for (const state of this.#sessions.keys()) {
      state.transaction?.abort();
      state.wire.destroySoon();
    }
    for (const socket of this.#sockets) socket.destroySoon();
    await Promise.all(this.#sessions.values());
    await Promise.all([...this.#sockets].map(closed));
  }

  async #accept(socket: Socket): Promise<void> {
    const context = this.#context;
    socket.on('error', () => socket.destroy());
    const { listener, limits } = context.options;
    if (this.#sockets.size >= limits.connections) {
      context.emit({ kind: 'limit', session: '', limit: 'connections' });
      socket.end(formatReply(REPLIES.tooManyConnections));
      socket.resume();
      setTimeout(() => socket.destroy(), 1000).unref();
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    const startedAt = performance.now();
    const wire = new ClientWire(socket);
    const id = context.nextId();
    const peer = plainAddress(socket.remoteAddress);
    const trusted = context.isTrusted(peer);
    let client: Client = { ...STRANGER, address: peer, port: socket.remotePort };
    if (listener.proxyProtocol && trusted) {
      const header = await readProxy(wire);
      if (header.kind === 'bad' || header.kind === 'incomplete') {
        wire.destroy();
        return;
      }
      if (header.kind === 'client') client = { ...client, ...clientOf(header) };
    }
    const counted = context.isTrusted(client.address) ? undefined : client.address;
    const { admission } = context;
    const refusal = await admission.enter(counted);
    if (refusal !== undefined) {
      context.emit({ kind: 'limit', session: id, limit: refusal });
      wire.write(formatReply(REPLIES.tooManyConnections));
      wire.end();
      return;
    }
    const state: SessionState = {
      id,
      startedAt,
      context,
      wire,
      lmtp: listener.protocol === 'lmtp',
      client,
      forwarded: undefined,
      hello: undefined,
      transaction: undefined,
      secure: undefined,
      // The proxy may speak for others; those it speaks for may not, unless they are trusted themselves.
      trusted: context.isTrusted(client.address),
      reverseName: listener.ptr
        ? reverseName(client.address, context.options.tuning?.nameServers)
        : undefined,
      commands: 0,
      errors: 0,
      messages: 0,
    };
    context.emit({ kind: 'opened', session: id, trusted: state.trusted, connections: this.#sockets.size });
    const run = runSession(state);
    this.#sessions.set(state, run);
    await run;
    this.#sessions.delete(state);
    admission.leave(counted);
    const ms = Math.round(performance.now() - startedAt);
    const connections = this.#sockets.size;
    context.emit({ kind: 'closed', session: id, messages: state.messages, connections, ms });
  }
}

const STRANGER: Client = {
  address: undefined,
  port: undefined,
  name: undefined,
  login: undefined,
  helo: undefined,
  protocol: undefined,
  destAddress: undefined,
  destPort: undefined,
};

class MutableContext implements ServerContext {
  options: ServerOptions;
  tls: ServerContext['tls'];
  isTrusted: ServerContext['isTrusted'];
  isAllowed: ServerContext['isAllowed'];
  draining = false;
  readonly budget: MemoryBudget;
  readonly loopSecret: string;
  readonly spoolDirectory: string;
  readonly admission: Admission;
  readonly #prefix = randomBytes(3).toString('hex').toUpperCase();
  #count = 0;

  constructor(options: ServerOptions) {
    this.options = options;
    this.tls = tlsOf(options);
    this.isTrusted = networks(options.listener.trustedPeers);
    this.isAllowed = allowed(options.listener.clients);
    this.budget = options.budget ?? new MemoryBudget(options.limits.memoryInFlightBytes);
    this.admission = options.admission ?? new ConnectionLimits(options.limits);
    this.spoolDirectory = options.tuning?.spoolDirectory ?? tmpdir();
    this.loopSecret = options.tuning?.loopSecret ?? randomBytes(16).toString('hex');
  }

  replace(options: ServerOptions): void {
    this.tls = tlsOf(options);
    this.options = options;
    this.isTrusted = networks(options.listener.trustedPeers);
    this.isAllowed = allowed(options.listener.clients);
    this.budget.resize(options.limits.memoryInFlightBytes);
    this.admission.resize(options.limits);
  }

  readonly emit: ServerContext['emit'] = (event) => {
    try {
      this.options.onEvent?.(event);
    } catch {
      // A listener's fault is not the mail's.
    }
  };

  readonly nextId = (): string => {
    this.#count++;
    return `${this.#prefix}${Date.now().toString(36).toUpperCase()}${this.#count.toString(36).toUpperCase()}`;
  };
}

function tlsOf({ listener }: ServerOptions): ServerContext['tls'] {
  return listener.tls === undefined ? undefined : tlsSocketOptions(listener.tls);
}

/** Whoever can open our UNIX socket was let in by the file system. */
function allowed(clients: readonly string[]): ServerContext['isAllowed'] {
  const isListed = networks(clients);
  return (address) => clients.length === 0 || address === undefined || isListed(address);
}

async function readProxy(wire: ClientWire): Promise<ProxyHeader> {
  const deadline = performance.now() + PROXY_HEADER_MS;
  let octets = Buffer.alloc(0);
  for (;;) {
    const chunk = await wire.readChunk(Math.max(1, deadline - performance.now()));
    if (typeof chunk === 'string') return { kind: 'bad' };
    octets = Buffer.concat([octets, chunk]);
    const header = readProxyHeader(octets);
    if (header.kind === 'incomplete') continue;
    if (header.kind !== 'bad') wire.putBack(octets.subarray(header.bytes));
    return header;
  }
}

function clientOf(header: ProxyHeader & { readonly kind: 'client' }): Partial<Client> {
  return {
    address: plainAddress(header.address),
    port: header.port,
    destAddress: header.destAddress,
    destPort: header.destPort,
  };
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}
