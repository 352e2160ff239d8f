import { DataScanner } from '../data-scanner.ts';
import type { Incoming } from '../copy-result.ts';
import { deliver } from '../deliver.ts';
import type { LimitName } from '../events.ts';
import { MessageStore } from '../message-store.ts';
import type { Reply } from '../next-hop/types.ts';
import { sizeLimit } from '../offer.ts';
import { formatReply, isPositive, REPLIES } from '../reply.ts';
import {
  answer,
  endTransaction,
  finish,
  type Next,
  noSpool,
  refuse,
  type SessionState,
} from '../session-state.ts';
import type { Transaction } from '../transaction.ts';

export async function data(state: SessionState, argument: string): Promise<Next> {
  const { transaction, context } = state;
  if (transaction === undefined) return refuse(state, REPLIES.mailFirst);
  if (argument !== '') return refuse(state, REPLIES.badSyntax);
  if (transaction.accepted.length === 0) {
    return refuse(state, state.lmtp ? REPLIES.noRecipientsLmtp : REPLIES.noRecipients);
  }
  if (state.wire.unread > 0) return finish(state, REPLIES.unauthorizedPipelining, 'pipelining');
  if (transaction.accepted.every(({ copy }) => copy.lost !== undefined)) {
    return answer(state, REPLIES.nextHopLost);
  }
  answer(state, REPLIES.goAhead);
  const store = new MessageStore(context.budget, context.spoolDirectory);
  try {
    const startedAt = performance.now();
    const received = await receive(state, transaction, store);
    if (received.kind === 'over') {
      transaction.abort();
      return received.reply === undefined ? 'end' : finish(state, received.reply, received.limit);
    }
    transaction.stopKeepAlive();
    const incoming = { ...received, store, receiveMs: performance.now() - startedAt };
    const { replies, report } = await deliver(state, transaction, incoming);
    state.wire.write(replies.map(formatReply).join(''));
    state.messages++;
    state.commands = 0;
    // A sender that goes on over one connection for hours makes a slip now and then.
    if (replies.some(isPositive)) state.errors = 0;
    // Behind the reply: nothing slow stands between the next hop's reply and ours.
    report();
    await endTransaction(state);
    return replies.length === 0 ? 'end' : 'next';
  } finally {
    await store.discard();
  }
}

type Received =
  | ({ readonly kind: 'message' } & Pick<Incoming, 'bareLineEnds' | 'trouble' | 'bytes'>)
  | { readonly kind: 'over'; readonly reply?: Reply; readonly limit?: LimitName };

/** Reads up to the final dot; what is too large, or has no room on disk, is read to its end all the same. */
async function receive(
  state: SessionState,
  transaction: Transaction,
  store: MessageStore,
): Promise<Received> {
  const { limits, tuning } = state.context.options;
  const maxBytes = sizeLimit(limits.messageBytes, transaction.copies[0]?.hop.extensions);
  const scanner = new DataScanner();
  const windowMs = tuning?.rateWindowMs ?? 60_000;
  let windowEnd = performance.now() + windowMs;
  let windowBytes = 0;
  let silentSince = performance.now();
  let trouble: Incoming['trouble'];
  let bytes = 0;
  for (;;) {
    const chunk = await state.wire.readChunk(Math.min(limits.commandTimeoutMs, windowMs));
    if (chunk === 'gone') return { kind: 'over' };
    const now = performance.now();
    if (typeof chunk === 'string') {
      if (now - silentSince >= limits.commandTimeoutMs) {
        return { kind: 'over', reply: REPLIES.timeout, limit: 'command_timeout' };
      }
    } else {
      silentSince = now;
      windowBytes += chunk.length;
      const { pieces, used, done } = scanner.scan(chunk);
      // A copy: the store takes the memory of the rest, too.
      if (used < chunk.length) state.wire.putBack(Buffer.from(chunk.subarray(used)));
      for (const piece of pieces) bytes += piece.length;
      if (bytes > maxBytes) trouble ??= { reply: REPLIES.tooBig, limit: 'max_message' };
      if (trouble === undefined) {
        try {
          await store.add(pieces, chunk);
        } catch (error) {
          trouble = noSpool(state, error);
        }
      } else await store.discard();
      if (done) {
        return { kind: 'message', bareLineEnds: scanner.bareLineEnds, trouble, bytes };
      }
    }
    if (now - state.startedAt >= limits.sessionLifeMs) {
      return { kind: 'over', reply: REPLIES.lifeOver, limit: 'session_life' };
    }
    if (now >= windowEnd) {
      if (windowBytes < (limits.minRateBytes * windowMs) / 1000) {
        return { kind: 'over', reply: REPLIES.tooSlow, limit: 'min_rate' };
      }
      windowEnd = performance.now() + windowMs;
      windowBytes = 0;
    }
  }
}
