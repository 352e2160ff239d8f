import type { Endpoint, NextHopOptions } from '../options.ts';
import { type Connection, type Opened, openConnection, quit } from './handshake.ts';
import { Pool } from './pool.ts';
import { ours } from './reply.ts';
import { type Candidate, findCandidates, type Resolver, systemResolver } from './resolve.ts';
import { Session } from './session.ts';
import type { Cause, ClientFacts, Extensions, NextHop, NextHopOpened, Reply } from './types.ts';

export type { Candidate, Resolver } from './resolve.ts';
export type * from './types.ts';

/** What happened, for metrics and the log; `to` is an address or path without anything of the message. */
export type NextHopEvent =
  | { readonly kind: 'connected'; readonly to: string; readonly secure: boolean }
  | { readonly kind: 'failed'; readonly to: string; readonly cause: Cause | undefined; readonly text: string }
  | { readonly kind: 'clear'; readonly to: string }
  | { readonly kind: 'reused' }
  | { readonly kind: 'stale' };

export interface NextHopHooks {
  readonly resolver?: Resolver;
  /** Port of hosts found by MX; 25 unless a test says otherwise. */
  readonly mxPort?: number;
  readonly onEvent?: (event: NextHopEvent) => void;
}

/** An endpoint that failed is tried last for this long, so that a dead one does not cost every message its timeout. */
const COOL_DOWN_MS = 10_000;

/** The client side of the relay: see `NextHop`. Makes no connection before the first `open`. */
export function createNextHop(options: NextHopOptions, hooks: NextHopHooks = {}): NextHop {
  const { resolver = systemResolver, mxPort = 25, onEvent = () => undefined } = hooks;
  const pool = new Pool(options.poolSize);
  const failedAt = new Map<string, number>();
  let offer: Extensions | undefined;

  const tried = async (to: Candidate, client: ClientFacts, signal?: AbortSignal): Promise<Opened> => {
    const opened = await openConnection(to, options, client, signal);
    if (opened.kind === 'open' || opened.clear !== true) return opened;
    onEvent({ kind: 'clear', to: label(to) });
    return openConnection(to, { ...options, tls: 'off' }, client, signal);
  };

  const fresh = async (client: ClientFacts, signal?: AbortSignal): Promise<Connection | Reply> => {
    let trouble: Reply = ours('dns', 'No address of the next hop was found');
    const found = await unlessAborted(findCandidates(options, resolver, mxPort), signal);
    if (found === undefined) return trouble;
    if (found.errno !== undefined) trouble = { ...trouble, errno: found.errno };
    for (const to of warmFirst(found.candidates, failedAt)) {
      const opened = await tried(to, client, signal);
      if (opened.kind === 'open') {
        failedAt.delete(label(to));
        offer = opened.connection.extensions;
        onEvent({ kind: 'connected', to: label(to), secure: opened.connection.secure });
        return opened.connection;
      }
      trouble = opened.reply;
      if (trouble.cause === 'aborted') break;
      failedAt.set(label(to), performance.now());
      onEvent({ kind: 'failed', to: label(to), cause: trouble.cause, text: trouble.lines.join(' ') });
    }
    return trouble;
  };

  const giveBack = (connection: Connection, uses: number): void => pool.give(connection, uses);

  return {
    async open(client, { signal } = {}): Promise<NextHopOpened> {
      const idle = pool.take();
      const connection = idle?.connection ?? (await fresh(client, signal));
      if (!('wire' in connection)) return { kind: 'unavailable', reply: connection };
      if (signal?.aborted === true) {
        quit(connection.wire);
        return { kind: 'unavailable', reply: ours('aborted', 'Given up') };
      }
      if (idle !== undefined) onEvent({ kind: 'reused' });
      const reopen = (): Promise<Connection | Reply> => {
        onEvent({ kind: 'stale' });
        return fresh(client);
      };
      const uses = idle === undefined ? 0 : Math.max(1, idle.uses);
      return { kind: 'open', session: new Session({ options, client, connection, uses, reopen, giveBack }) };
    },
    lastOffer: () => offer,
    close: () => pool.close(),
  };
}

/** A name service that does not answer must not hold anybody up for longer than they wait. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => resolve(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function label(to: Candidate | Endpoint): string {
  if (to.kind === 'unix') return to.path;
  const host = 'address' in to ? to.address : to.host;
  return host.includes(':') ? `[${host}]:${to.port}` : `${host}:${to.port}`;
}

function warmFirst(all: readonly Candidate[], failedAt: ReadonlyMap<string, number>): readonly Candidate[] {
  const since = performance.now() - COOL_DOWN_MS;
  const cold = (to: Candidate): boolean => (failedAt.get(label(to)) ?? -Infinity) > since;
  return [...all.filter((to) => !cold(to)), ...all.filter(cold)];
}
