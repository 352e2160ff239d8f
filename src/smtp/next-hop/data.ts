import { isPositive, ours } from './reply.ts';
import type { Reply } from './types.ts';
import type { Wire } from './wire.ts';

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const SLICE_BYTES = 65_536;
/** For the rest of a reply that began before its turn. */
const EARLY_REPLY_MS = 1000;

/** True where a CR stands without its LF or an LF without its CR: what turns one message into two at a careless next hop. */
export function hasBareLineEnd(octets: Buffer): boolean {
  let crlf = 0;
  for (let at = octets.indexOf(LF); at !== -1; at = octets.indexOf(LF, at + 1)) {
    if (at === 0 || octets[at - 1] !== CR) return true;
    crlf++;
  }
  for (let at = octets.indexOf(CR); at !== -1; at = octets.indexOf(CR, at + 1)) crlf--;
  return crlf !== 0;
}

/**
 * Cuts a message into slices for the wire, a dot doubled at each line start (RFC 5321 4.5.2), with a line end at the end
 * but without the final dot. Slices without such a dot share the message's memory.
 */
export function* stuffed(octets: Buffer): Generator<Buffer> {
  for (let start = 0; start < octets.length; start += SLICE_BYTES) {
    const slice = octets.subarray(start, start + SLICE_BYTES);
    const dots: number[] = [];
    for (let at = slice.indexOf(DOT); at !== -1; at = slice.indexOf(DOT, at + 1)) {
      const before = start + at - 1;
      if (before < 0 || octets[before] === LF) dots.push(at);
    }
    yield dots.length === 0 ? slice : doubled(slice, dots);
  }
  if (octets.length > 0 && octets.at(-1) !== LF) yield Buffer.from('\r\n');
}

function doubled(slice: Buffer, dots: readonly number[]): Buffer {
  const out = Buffer.allocUnsafe(slice.length + dots.length);
  let from = 0;
  let to = 0;
  for (const dot of dots) {
    to += slice.copy(out, to, from, dot);
    out[to++] = DOT;
    from = dot;
  }
  slice.copy(out, to, from);
  return out;
}

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
  octets: Buffer,
  replyCount: number,
  times: DataTimes,
  signal?: AbortSignal,
): Promise<DataResult> {
  const all = (reply: Reply): DataResult => ({ replies: Array<Reply>(replyCount).fill(reply), done: false });
  if (hasBareLineEnd(octets)) return all(ours('protocol', 'A message with a bare line end was not sent'));
  const onAbort = (): void => void wire.fail('aborted', 'Given up before the end of the message');
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort);
  try {
    const go = await wire.command('DATA', times.commandTimeoutMs);
    if (go.code !== 354)
      return all(isRefusal(go) ? go : wire.fail('protocol', 'The next hop did not answer DATA'));
    for (const slice of stuffed(octets)) {
      if (!(await wire.write(slice, times.commandTimeoutMs))) return all(await early(wire));
    }
    // The last look before the point of no return.
    if (!wire.quiet) return all(await early(wire));
    wire.post('.\r\n');
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  return finalReplies(wire, replyCount, times.finalReplyTimeoutMs);
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
