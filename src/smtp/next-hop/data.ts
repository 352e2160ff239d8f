import { cut, hasBareLineEnd, Stuffer } from './outgoing.ts';
import { isPositive, ours } from './reply.ts';
import type { Octets, Reply } from './types.ts';
import type { Wire } from './wire.ts';

/** For the rest of a reply that began before its turn. */
const EARLY_REPLY_MS = 1000;
const BARE = 'A message with a bare line end was not sent';

export interface DataTimes {
  readonly commandTimeoutMs: number;
  readonly finalReplyTimeoutMs: number;
}

/** What became of one DATA. `done`: every final reply was read, and the connection can carry another transaction. */
export interface DataResult {
  readonly replies: readonly Reply[];
  readonly done: boolean;
}

/**
 * DATA, the message, the final dot, and `replyCount` final replies. Never rejects. `signal` counts until the final dot; from
 * there on the message may be delivered, so a reply that does not come is `possibleDouble`.
 */
export async function sendData(
  wire: Wire,
  message: Octets,
  replyCount: number,
  times: DataTimes,
  signal?: AbortSignal,
): Promise<DataResult> {
  const all = (reply: Reply): DataResult => ({ replies: Array<Reply>(replyCount).fill(reply), done: false });
  if (Buffer.isBuffer(message) && hasBareLineEnd(message)) return all(ours('protocol', BARE));
  const onAbort = (): void => void wire.fail('aborted', 'Given up before the end of the message');
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort);
  try {
    const go = await wire.command('DATA', times.commandTimeoutMs);
    if (go.code !== 354)
      return all(isRefusal(go) ? go : wire.fail('protocol', 'The next hop did not answer DATA'));
    const trouble = await sendOctets(wire, message, times.commandTimeoutMs);
    if (trouble !== undefined) return all(trouble);
    // The last look before the point of no return.
    if (!wire.quiet) return all(await early(wire));
    wire.post('.\r\n');
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  return finalReplies(wire, replyCount, times.finalReplyTimeoutMs);
}

/** The message without its final dot. A reply: it did not go out whole. */
async function sendOctets(wire: Wire, message: Octets, timeoutMs: number): Promise<Reply | undefined> {
  // A whole one was looked at before DATA.
  const stuffer = new Stuffer(Buffer.isBuffer(message));
  const failed = (): Reply | undefined => (stuffer.bare ? wire.fail('protocol', BARE) : undefined);
  try {
    for await (const slice of Buffer.isBuffer(message) ? cut(message) : message) {
      const octets = stuffer.next(slice);
      const bare = failed();
      if (bare !== undefined) return bare;
      if (!(await wire.write(octets, timeoutMs))) return await early(wire);
    }
  } catch {
    return wire.fail('aborted', 'The message could not be read again');
  }
  const end = stuffer.end();
  const bare = failed();
  if (bare !== undefined) return bare;
  return end.length === 0 || (await wire.write(end, timeoutMs)) ? undefined : early(wire);
}

async function finalReplies(wire: Wire, count: number, timeoutMs: number): Promise<DataResult> {
  const deadline = performance.now() + timeoutMs;
  const replies: Reply[] = [];
  while (replies.length < count) {
    const reply = await wire.reply(deadline - performance.now());
    if (isPositive(reply) || isRefusal(reply)) {
      // A 421 was an answer, and a negative one; a break was none.
      replies.push(reply === wire.broken ? { ...reply, possibleDouble: true } : reply);
    } else {
      const odd = wire.fail('protocol', 'The next hop answered the message with neither yes nor no');
      replies.push({ ...odd, possibleDouble: true });
    }
  }
  return { replies, done: wire.quiet };
}

/** The next hop spoke or left before the final dot: its refusal counts, a yes cannot. Closed without a dot. */
async function early(wire: Wire): Promise<Reply> {
  const reply = await wire.reply(EARLY_REPLY_MS);
  wire.fail('closed', 'The next hop ended the message early');
  return isRefusal(reply) ? reply : ours('protocol', 'The next hop accepted a message before its end');
}

function isRefusal(reply: Reply): boolean {
  return reply.code >= 400;
}
