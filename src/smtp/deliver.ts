import type { CountedReport } from '../clean/report.ts';
import type { OctetEdit } from '../message/types.ts';
import { contextOf, received, tokenOf } from './copy-context.ts';
import type { CopyResult, Incoming } from './copy-result.ts';
import type { LimitName } from './events.ts';
import type { Filtered } from './filter.ts';
import type { Room } from './memory-budget.ts';
import { growthOf } from './edited-slices.ts';
import { eventOf } from './message-event.ts';
import { messageIdHash } from './message-id.ts';
import type { Reply } from './next-hop/types.ts';
import { sizeLimit } from './offer.ts';
import { Original, type Outgoing } from './original.ts';
import { type HeaderFacts, readHeader } from './received.ts';
import { REPLIES } from './reply.ts';
import { noSpool, type SessionState } from './session-state.ts';
import { SpoolFile } from './spool-file.ts';
import type { Copy, Transaction } from './transaction.ts';

export interface Delivered {
  /** One for SMTP, one for each accepted recipient for LMTP; empty where the client is gone. */
  readonly replies: readonly Reply[];
  /** Emits the messages' events; called once the reply is written. */
  readonly report: () => void;
}

/**
 * A message up to this size has its own share of memory, so that it passes while large ones wait, and waits for the next hop in memory; a larger
 * one does so in the file it came into, so that a slow next hop holds no memory.
 */
const SMALL_BYTES = 1_048_576;
/** What a small message takes while it is cleaned: itself, the thread's copy, and what becomes of it, which alone is left to be sent. */
const SMALL_FACTOR = 3;
/** A large one: what the thread reads, and the texts in it; or what authentication reads, and its thread's copy. */
const LARGE_FACTOR = 2;
/** So much is read of a message in a file to know its header; only for a larger one it is read whole. */
const HEAD_BYTES = 65_536;

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
      const copies = await deliverCopies(work);
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
  | { readonly kind: 'refused'; readonly reply: Reply; readonly limit: LimitName | undefined }
  | {
      readonly kind: 'message';
      readonly original: Original;
      readonly header: HeaderFacts;
      readonly messageId: string | undefined;
      readonly room: Room;
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
  const room = await state.context.budget.reserve(
    incoming.bytes * (small ? SMALL_FACTOR : LARGE_FACTOR),
    small,
    signal,
  );
  if (room === undefined) {
    return { kind: 'refused', reply: REPLIES.noRoom, limit: unlessGone(signal, 'memory_in_flight') };
  }
  let original: Original;
  let head: Buffer;
  try {
    original = await Original.load(incoming.store);
    head = await original.head(HEAD_BYTES);
    if (readHeader(head).bytes === head.length) head = await original.octets();
  } catch (error) {
    room.release();
    return { kind: 'refused', ...noSpool(state, error) };
  }
  const header = readHeader(head);
  const refused = (reply: Reply, limit: LimitName): Loaded => {
    room.release();
    return { kind: 'refused', reply, limit };
  };
  if (header.bytes > limits.headerBytes && header.bytes < original.bytes) {
    return refused(REPLIES.headerTooBig, 'header_bytes');
  }
  const isKnown = transaction.copies.some((copy) => header.tokens.has(tokenOf(state, copy)));
  if (header.hops >= limits.hops || isKnown) return refused(REPLIES.loop, 'hops');
  const messageId = messageIdHash(head.subarray(0, header.bytes), transaction.parts.options.messageIdKey);
  original.release(head);
  return { kind: 'message', original, header, messageId, room };
}

interface Work {
  readonly state: SessionState;
  readonly transaction: Transaction;
  readonly incoming: Incoming;
  readonly loaded: Loaded & { readonly kind: 'message' };
  readonly deadlineAt: number;
  readonly signal: AbortSignal;
}

/** A client that left while it waited met no limit. */
const unlessGone = (signal: AbortSignal, limit: LimitName): LimitName | undefined =>
  signal.reason === 'gone' ? undefined : limit;

const refusal = (copy: Copy, reply: Reply): CopyResult => ({ copy, replies: [reply], asked: false });

/** A cleaned copy that waits to be sent. */
interface Ready extends Outgoing {
  readonly copy: Copy;
  readonly report: CountedReport | undefined;
  readonly filterMs: number;
  readonly done: () => Promise<void>;
}

/** Cleans one copy after the other, for which alone the message has room, then sends all of them at once. */
async function deliverCopies(work: Work): Promise<readonly CopyResult[]> {
  const { transaction, loaded } = work;
  const prepared: (Ready | CopyResult)[] = [];
  for (const copy of transaction.copies) prepared.push(await prepare(work, copy));
  loaded.original.drop();
  loaded.room.shrink(prepared.reduce((sum, one) => sum + ('memoryBytes' in one ? one.memoryBytes : 0), 0));
  return Promise.all(prepared.map(async (one) => ('octets' in one ? send(work, one) : one)));
}

async function prepare(work: Work, copy: Copy): Promise<Ready | CopyResult> {
  const { state, transaction, incoming, loaded, signal } = work;
  const { messageId, original, header } = loaded;
  if (copy.recipients.length === 0) return { copy, replies: [], asked: false };
  if (copy.lost !== undefined) return refusal(copy, REPLIES.nextHopLost);
  const { filter, limits } = transaction.parts.options;
  const prepend = Buffer.from(received(state, transaction, copy), 'utf8');
  const { bareLineEnds } = incoming;
  const { fromMailsluice } = header;
  const context = contextOf(state, transaction, copy, { bareLineEnds, fromMailsluice, prepend });
  const startedAt = performance.now();
  const budgetMs = Math.max(0, Math.min(limits.rewriteTimeMs, work.deadlineAt - startedAt));
  const filtered = await filter
    .filter(original, { ...context, policies: [...copy.policies] }, budgetMs)
    .catch((): Filtered => ({ edits: [], report: undefined }));
  const filterMs = performance.now() - startedAt;
  const { report } = filtered;
  const facts = { report, filterMs, messageId };
  if (filtered.tempfail === true) return { ...refusal(copy, REPLIES.filterFailed), ...facts };
  if (signal.aborted)
    return { ...refusal(copy, REPLIES.deadline), limit: unlessGone(signal, 'deadline'), ...facts };
  const edits = chooseFitting(copy, filtered, prepend, original.bytes);
  const kept = await keep(() => original.edited(edits), state.context.spoolDirectory);
  return { copy, report, filterMs, ...kept };
}

async function send(work: Work, ready: Ready): Promise<CopyResult> {
  const { signal } = work;
  const { copy, octets, bytes, report, filterMs } = ready;
  const sentAt = performance.now();
  const replies = await copy.hop.data(octets, { signal });
  const nextHopMs = performance.now() - sentAt;
  // Not waited for: nothing slow stands between the next hop’s reply and ours.
  void ready.done();
  const late = signal.aborted && replies.every((reply) => reply.cause === 'aborted');
  return {
    copy,
    replies: late ? [REPLIES.deadline] : replies,
    asked: !late,
    limit: late ? unlessGone(signal, 'deadline') : undefined,
    report,
    bytesOut: bytes,
    filterMs,
    nextHopMs,
    messageId: work.loaded.messageId,
  };
}

/**
 * The first of: cleaned, original with our trace, original, that the next hop's SIZE has room for. Our fields and edits may make a message longer
 * than it was; the original was announced and found small enough.
 */
function chooseFitting(
  copy: Copy,
  { edits, report }: Filtered,
  prepend: Buffer,
  bytes: number,
): readonly OctetEdit[] {
  const maxBytes = sizeLimit(Infinity, copy.hop.extensions);
  if (report !== undefined && bytes + growthOf(edits) <= maxBytes) return edits;
  const isTraced = prepend.length > 0 && bytes + prepend.length <= maxBytes;
  return isTraced ? [{ start: 0, end: 0, replacement: prepend }] : [];
}

/** What would take much memory until the next hop has it is put into a file; where the disk has no room for it, it stays. */
async function keep(make: () => Outgoing, directory: string): Promise<Outgoing & Pick<Ready, 'done'>> {
  const outgoing = make();
  const { octets, bytes, memoryBytes } = outgoing;
  const done = (): Promise<void> => Promise.resolve();
  if (memoryBytes <= SMALL_BYTES) return { ...outgoing, done };
  let file: SpoolFile | undefined;
  try {
    file = await SpoolFile.open(directory);
    for await (const slice of Buffer.isBuffer(octets) ? [octets] : octets) await file.append([slice]);
  } catch {
    await file?.close();
    return { ...make(), done };
  }
  const spooled = file;
  return { octets: spooled.slices(), bytes, memoryBytes: 0, done: () => spooled.close() };
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
