import type { CopyResult, Incoming } from './copy-result.ts';
import type { MessageEvent, Outcome } from './events.ts';
import { enhancedCode, isPositive, REPLIES } from './reply.ts';
import type { Reply } from './next-hop/types.ts';
import type { SessionState } from './session-state.ts';
import type { Transaction } from './transaction.ts';

/** What log and metrics are told about one copy. `wasGone`: the client left before anything was sent on. */
export function eventOf(
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
