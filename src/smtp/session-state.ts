import { systemCode } from '../errors.ts';
import type { ClientWire } from './client-wire.ts';
import type { LimitName } from './events.ts';
import type { Reply } from './next-hop/types.ts';
import type { ToldFacts } from './peer-facts.ts';
import { formatReply, REPLIES } from './reply.ts';
import type { ServerContext } from './server-context.ts';
import type { Transaction } from './transaction.ts';

/** What a command handler says about the session: read on, or it is over. */
export type Next = 'next' | 'end';

export interface Hello {
  readonly name: string;
  readonly extended: boolean;
  /** EHLO keywords that the client was shown. */
  readonly offered: ReadonlySet<string>;
}

/** Who is at the other end, as far as we may believe it: the socket, PROXY, XCLIENT. */
export interface Client {
  readonly address: string | undefined;
  readonly port: number | undefined;
  readonly name: string | undefined;
  readonly login: string | undefined;
  /** HELO and protocol that XCLIENT told. */
  readonly helo: string | undefined;
  readonly protocol: 'SMTP' | 'ESMTP' | 'LMTP' | undefined;
  readonly destAddress: string | undefined;
  readonly destPort: number | undefined;
}

/** The state of one session; only its own handlers change it. */
export interface SessionState {
  readonly id: string;
  /** By performance.now(). */
  readonly startedAt: number;
  readonly context: ServerContext;
  readonly wire: ClientWire;
  readonly lmtp: boolean;
  client: Client;
  /** XFORWARD: holds for the next transaction only. */
  forwarded: ToldFacts | undefined;
  hello: Hello | undefined;
  transaction: Transaction | undefined;
  /** Version, cipher and certificate of the client's TLS in words for the Received field; undefined in clear. */
  secure: string | undefined;
  /** Whoever speaks may tell us who the client is. */
  trusted: boolean;
  /** Resolves to the client's name where `ptr: on` asks for it. */
  reverseName: Promise<string | undefined> | undefined;
  /** Commands since the last message. */
  commands: number;
  /** Commands refused since the last message that was taken. */
  errors: number;
  messages: number;
}

/** Sends a reply; one of ours that refuses counts as an error of the client. */
export function answer(state: SessionState, reply: Reply): Next {
  state.wire.write(formatReply(reply));
  return 'next';
}

/** Refuses a command for what the client did wrong. */
export function refuse(state: SessionState, reply: Reply, limit?: LimitName): Next {
  state.errors++;
  if (limit !== undefined) noteLimit(state, limit);
  return answer(state, reply);
}

/** Says the last word. */
export function finish(state: SessionState, reply: Reply, limit?: LimitName): Next {
  if (limit !== undefined) noteLimit(state, limit);
  answer(state, reply);
  return 'end';
}

export function noteLimit(state: SessionState, limit: LimitName): void {
  state.context.emit({ kind: 'limit', session: state.id, limit });
}

/** A message found no place in a file: what the client hears of it; the log hears why. */
export function noSpool(
  state: SessionState,
  error: unknown,
): { readonly reply: Reply; readonly limit: LimitName } {
  const errno = systemCode(error) ?? 'unknown';
  state.context.emit({ kind: 'system', session: state.id, what: 'spool', errno });
  return { reply: REPLIES.noSpool, limit: 'spool' };
}

export async function endTransaction(state: SessionState): Promise<void> {
  const { transaction } = state;
  state.transaction = undefined;
  state.forwarded = undefined;
  await transaction?.end();
}
