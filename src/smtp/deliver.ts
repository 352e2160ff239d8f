import type { CleanContext } from '../clean/context.ts';
import type { Report } from '../clean/report.ts';
import type { LimitName, MessageEvent, Outcome } from './events.ts';
import type { Filtered } from './filter.ts';
import type { Room } from './memory-budget.ts';
import type { MessageStore } from './message-store.ts';
import type { Reply } from './next-hop/types.ts';
import { sizeLimit } from './offer.ts';
import { messageIdHash } from './message-id.ts';
import { type HeaderFacts, loopToken, readHeader, receivedField, withKeyword } from './received.ts';
import { enhancedCode, isPositive, REPLIES } from './reply.ts';
import type { SessionState } from './session-state.ts';
import type { Copy, Transaction } from './transaction.ts';

/** A message whose final dot came. */
export interface Incoming {
  readonly store: MessageStore;
  readonly bytes: number;
  readonly bareLineEnds: number;
  readonly receiveMs: number;
  /** Why it cannot be taken, known before it was all here. */
  readonly trouble: { readonly reply: Reply; readonly limit: LimitName } | undefined;
}

export interface Delivered {
  /** One for SMTP, one for each accepted recipient for LMTP; empty where the client is gone. */
  readonly replies: readonly Reply[];
  /** Emits the messages' events; called once the reply is written. */
  readonly report: () => void;
}

/** A message up to this size has its own share of memory, so that it passes while large ones wait. */
const SMALL_BYTES = 1_048_576;
/** What one message takes while it is cleaned: itself, the worker's copy, and what becomes of it, which alone is left to be sent. */
const MEMORY_FACTOR = 3;

/** Checks, cleans and hands on; the step from the client's final dot to the next hop's reply. Never rejects. */
export async function deliver(
  state: SessionState,
  transaction: Transaction,
  incoming: Incoming,
): Promise<Delivered> {
  const { limits } = transaction.parts.options;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort('deadline'), limits.deadlineMs);
  const onGone = (): void => stop.abort('gone');
  state.wire.gone.addEventListener('abort', onGone, { once: true });
  if (state.wire.gone.aborted) onGone();
  const deadlineAt = performance.now() + limits.deadlineMs;
  try {
    const loaded = await load(state, transaction, incoming, stop.signal);
    if (loaded.kind === 'refused') {
      const { reply, limit } = loaded;
      const copies = transaction.copies.map((copy) => ({ ...refusal(copy, reply), limit }));
      return delivered(state, transaction, incoming, copies, stop.signal);
    }
    try {
      const work = { state, transaction, incoming, loaded, deadlineAt, signal: stop.signal };
      const copies = await Promise.all(transaction.copies.map((copy) => deliverCopy(work, copy)));
      return delivered(state, transaction, incoming, copies, stop.signal);
    } finally {
      loaded.room.release();
    }
  } finally {
    clearTimeout(timer);
    state.wire.gone.removeEventListener('abort', onGone);
  }
}

type Loaded =
  | { readonly kind: 'refused'; readonly reply: Reply; readonly limit: LimitName }
  | {
      readonly kind: 'message';
      /** Emptied once every copy of it is cleaned, so that a slow next hop holds no more memory than it must. */
      octets: Buffer;
      readonly header: HeaderFacts;
      readonly messageId: string | undefined;
      readonly room: Room;
      copiesToClean: number;
      bytesToSend: number;
    };

async function load(
  state: SessionState,
  transaction: Transaction,
  incoming: Incoming,
  signal: AbortSignal,
): Promise<Loaded> {
  const { listener, limits } = transaction.parts.options;
  if (incoming.trouble !== undefined) return { kind: 'refused', ...incoming.trouble };
  if (incoming.bareLineEnds > 0 && listener.lineEnds === 'reject') {
    return { kind: 'refused', reply: REPLIES.bareLineEnds, limit: 'line_ends' };
  }
  const small = incoming.bytes <= SMALL_BYTES;
  const room = await state.context.budget.reserve(incoming.bytes * MEMORY_FACTOR, small, signal);
  const noRoom = { kind: 'refused', reply: REPLIES.noRoom, limit: 'memory_in_flight' } as const;
  if (room === undefined) return noRoom;
  let octets: Buffer;
  try {
    octets = await incoming.store.whole();
    await incoming.store.discard();
  } catch {
    room.release();
    return noRoom;
  }
  const header = readHeader(octets);
  const refused = (reply: Reply, limit: LimitName): Loaded => {
    room.release();
    return { kind: 'refused', reply, limit };
  };
  if (header.bytes > limits.headerBytes && header.bytes < octets.length) {
    return refused(REPLIES.headerTooBig, 'header_bytes');
  }
  const isKnown = transaction.copies.some((copy) => header.tokens.has(tokenOf(state, copy)));
  if (header.hops >= limits.hops || isKnown) return refused(REPLIES.loop, 'hops');
  const copiesToClean = transaction.copies.length;
  const messageId = messageIdHash(octets.subarray(0, header.bytes), transaction.parts.options.messageIdKey);
  return { kind: 'message', octets, header, messageId, room, copiesToClean, bytesToSend: 0 };
}

interface Work {
  readonly state: SessionState;
  readonly transaction: Transaction;
  readonly incoming: Incoming;
  readonly loaded: Loaded & { readonly kind: 'message' };
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
}

interface CopyResult {
  readonly copy: Copy;
  /** One for each recipient, or one for all. */
  readonly replies: readonly Reply[];
  readonly asked: boolean;
  readonly limit?: LimitName | undefined;
  readonly report?: Report | undefined;
  readonly bytesOut?: number;
  readonly filterMs?: number;
  readonly nextHopMs?: number;
  readonly messageId?: string | undefined;
}

const refusal = (copy: Copy, reply: Reply): CopyResult => ({ copy, replies: [reply], asked: false });

async function deliverCopy(work: Work, copy: Copy): Promise<CopyResult> {
  const { state, transaction, loaded, signal } = work;
  if (copy.recipients.length === 0) return { copy, replies: [], asked: false };
  if (copy.lost !== undefined) return refusal(copy, REPLIES.nextHopLost);
  const { filter, limits } = transaction.parts.options;
  const prepend = Buffer.from(received(state, transaction, copy), 'utf8');
  const { messageId } = loaded;
  const context = { ...contextOf(work, copy, prepend), policies: [...copy.policies] };
  const startedAt = performance.now();
  const budgetMs = Math.max(0, Math.min(limits.rewriteTimeMs, work.deadlineAt - startedAt));
  const filtered = await filter
    .filter(loaded.octets, context, budgetMs)
    .catch((): Filtered => ({ octets: loaded.octets, report: undefined }));
  const filterMs = performance.now() - startedAt;
  if (filtered.tempfail === true) {
    return { ...refusal(copy, REPLIES.filterFailed), report: filtered.report, filterMs, messageId };
  }
  if (signal.aborted)
    return {
      ...refusal(copy, REPLIES.deadline),
      limit: 'deadline',
      report: filtered.report,
      filterMs,
      messageId,
    };
  const maxBytes = sizeLimit(Infinity, copy.hop.extensions);
  const octets = fitting([cleaned(filtered), [prepend, loaded.octets]], loaded.octets, maxBytes);
  isCleaned(loaded, octets.length);
  const { report } = filtered;
  const sentAt = performance.now();
  const replies = await copy.hop.data(octets, { signal });
  const nextHopMs = performance.now() - sentAt;
  const late = signal.aborted && replies.every((reply) => reply.cause === 'aborted');
  return {
    copy,
    replies: late ? [REPLIES.deadline] : replies,
    asked: !late,
    limit: late && signal.reason === 'deadline' ? 'deadline' : undefined,
    report,
    bytesOut: octets.length,
    filterMs,
    nextHopMs,
    messageId,
  };
}

function isCleaned(loaded: Work['loaded'], bytes: number): void {
  loaded.copiesToClean--;
  loaded.bytesToSend += bytes;
  if (loaded.copiesToClean > 0) return;
  loaded.octets = Buffer.alloc(0);
  loaded.room.shrink(loaded.bytesToSend);
}

function cleaned(filtered: Filtered): readonly Buffer[] | undefined {
  return filtered.report === undefined ? undefined : [filtered.octets];
}

/**
 * The first candidate that the next hop's SIZE has room for. Our fields and edits may make a message longer than it was; the original
 * was announced and found small enough.
 */
function fitting(
  candidates: readonly (readonly Buffer[] | undefined)[],
  original: Buffer,
  maxBytes: number,
): Buffer {
  for (const pieces of candidates) {
    if (pieces === undefined) continue;
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (bytes > maxBytes) continue;
    const [only] = pieces;
    return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces, bytes);
  }
  return original;
}

function contextOf(
  { state, transaction, incoming, loaded }: Work,
  copy: Copy,
  prepend: Buffer,
): CleanContext {
  const { client, sender, options } = transaction.parts;
  const reasons = [
    ...(incoming.bareLineEnds > 0 ? (['line-ends'] as const) : []),
    ...(client.login === undefined ? [] : (['outbound'] as const)),
  ];
  return {
    recipients: copy.recipients,
    sender: sender.address,
    client: {
      ...(client.address === undefined ? {} : { address: client.address }),
      ...(client.name === undefined ? {} : { name: client.name }),
      ...(client.helo === undefined ? {} : { helo: client.helo }),
    },
    receivedBy: options.hostname,
    prepend,
    reasons,
    // A trusted Postfix carries strangers' mail too: the message must come from a mailsluice itself, not only past one.
    trustedPeer: state.trusted && loaded.header.fromMailsluice,
  };
}

function received(state: SessionState, transaction: Transaction, copy: Copy): string {
  const { options, client, lmtp, id, utf8 } = transaction.parts;
  if (!options.listener.received) return '';
  const { secure } = state;
  const [only, ...others] = copy.recipients;
  return receivedField({
    helo: client.helo,
    name: client.name,
    address: client.address,
    by: options.hostname,
    protocol: withKeyword({
      lmtp,
      extended: state.hello?.extended === true,
      secure: secure !== undefined,
      authenticated: client.login !== undefined,
      utf8,
    }),
    tls: secure === undefined ? undefined : `${secure.getProtocol()} with cipher ${secure.getCipher().name}`,
    id,
    token: tokenOf(state, copy),
    // RFC 6532: only a message that came with SMTPUTF8 may have such a header.
    recipient: others.length === 0 && (utf8 || isAscii(only)) ? only : undefined,
    date: new Date(),
  });
}

const isAscii = (text: string | undefined): boolean => text !== undefined && /^[\x20-\x7e]*$/.test(text);

function tokenOf(state: SessionState, copy: Copy): string {
  return loopToken(state.context.loopSecret, copy.recipients);
}

function delivered(
  state: SessionState,
  transaction: Transaction,
  incoming: Incoming,
  results: readonly CopyResult[],
  signal: AbortSignal,
): Delivered {
  const taken = results.filter(({ copy }) => copy.recipients.length > 0);
  const wasGone = signal.reason === 'gone' && taken.every(({ asked }) => !asked);
  const replies = wasGone ? [] : repliesFor(transaction, taken);
  const report = (): void => {
    for (const result of taken) {
      state.context.emit(eventOf(state, transaction, incoming, result, wasGone));
      if (result.limit !== undefined) {
        state.context.emit({ kind: 'limit', session: state.id, limit: result.limit });
      }
    }
  };
  return { replies, report };
}

function repliesFor(transaction: Transaction, results: readonly CopyResult[]): readonly Reply[] {
  const byCopy = new Map(results.map((result) => [result.copy, result.replies]));
  const each = transaction.accepted.map(({ copy, index }) => {
    const replies = byCopy.get(copy) ?? [];
    return replies[index] ?? replies[0] ?? REPLIES.nextHopLost;
  });
  return transaction.parts.lmtp ? each : each.slice(0, 1);
}

function eventOf(
  state: SessionState,
  transaction: Transaction,
  incoming: Incoming,
  result: CopyResult,
  wasGone: boolean,
): MessageEvent {
  const { copy, replies, asked, report, limit } = result;
  const reply = replies.find(isPositive) ?? replies[0] ?? REPLIES.nextHopLost;
  const isNextHops = asked && reply.cause === undefined;
  return {
    kind: 'message',
    id: transaction.parts.id,
    session: state.id,
    queueId: queueId(transaction.parts.client.ident, transaction.parts.id),
    messageId: result.messageId,
    protocol: transaction.parts.lmtp ? 'lmtp' : 'smtp',
    outcome: wasGone ? 'gone' : outcomeOf(reply),
    code: reply.code,
    enhanced: enhancedCode(reply),
    nextHopCode: isNextHops ? reply.code : undefined,
    nextHopText: isNextHops ? reply.lines.join(' ') : undefined,
    cause: reply.cause,
    limit,
    recipients: copy.recipients.length,
    recipientsRefused: transaction.refused,
    bytesIn: incoming.bytes,
    bytesOut: result.bytesOut ?? 0,
    spooled: incoming.store.spooled,
    lineEnds: incoming.bareLineEnds,
    result: report?.result,
    step: report?.step,
    reasons: report?.reasons ?? [],
    policy: report?.policy,
    counts: report?.counts,
    operators: report?.operators ?? [],
    possibleDouble: replies.some((each) => each.possibleDouble === true),
    clientGone: !wasGone && isPositive(reply) && state.wire.gone.aborted,
    receiveMs: Math.round(incoming.receiveMs),
    filterMs: Math.round(result.filterMs ?? 0),
    nextHopMs: Math.round(result.nextHopMs ?? 0),
  };
}

/** Where no peer told one, the client's facts carry our own id; what does not look like a queue id is left out. */
function queueId(ident: string | undefined, own: string): string | undefined {
  return ident !== undefined && ident !== own && /^[A-Za-z0-9._-]{1,64}$/.test(ident) ? ident : undefined;
}

function outcomeOf(reply: Reply): Outcome {
  if (isPositive(reply)) return 'relayed';
  return reply.code >= 500 ? 'refused' : 'deferred';
}
