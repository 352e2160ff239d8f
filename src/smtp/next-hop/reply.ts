import type { Cause, Reply } from './types.ts';

const ENHANCED: Readonly<Record<Cause, string>> = {
  refused: '4.4.1',
  dns: '4.4.3',
  timeout: '4.4.2',
  closed: '4.4.2',
  aborted: '4.4.2',
  protocol: '4.5.0',
  config: '4.3.5',
  shutdown: '4.3.2',
  tls: '4.7.5',
  auth: '4.7.0',
};

/** A 451 of ours in place of the next hop's reply. `text` is ASCII without line ends. */
export function ours(cause: Cause, text: string): Reply {
  return { code: 451, lines: [`${ENHANCED[cause]} ${text}`], cause };
}

/** The reply on one line, for a log or inside a text of ours; printable ASCII, at most 200 characters. */
export function replyText(reply: Reply): string {
  return `${reply.code} ${reply.lines.join(' ')}`.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}

export const isPositive = (reply: Reply): boolean => reply.code >= 200 && reply.code <= 299;

/** Longest reply line taken, with its line end. RFC 5321 4.5.3.1.5 says 512; Postfix takes 2,048. */
const MAX_LINE_BYTES = 8192;
const MAX_REPLY_BYTES = 65_536;
/** Replies not asked for yet: an LMTP server answers a thousand recipients in one burst. */
const MAX_UNREAD_BYTES = 4_194_304;

const LF = 0x0a;
const CR = 0x0d;

/**
 * Cuts a next hop's octets into replies (RFC 5321 4.2.1), bounded. A bare LF ends a line too, as in Postfix's client;
 * a CR or NUL inside a line, a code out of 200-599, or lines of one reply with different codes are malformed: from
 * there on nothing is read any more.
 */
export class ReplyReader {
  #rest: Buffer = Buffer.alloc(0);
  #code: number | undefined;
  #lines: string[] = [];
  #replyBytes = 0;
  #unreadBytes = 0;
  #bad = false;
  readonly #replies: { readonly reply: Reply; readonly bytes: number }[] = [];

  push(chunk: Buffer): void {
    if (this.#bad) return;
    const octets = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    for (let end = octets.indexOf(LF); end !== -1 && !this.#bad; end = octets.indexOf(LF, start)) {
      this.#takeLine(octets.subarray(start, end));
      start = end + 1;
    }
    this.#rest = octets.subarray(start);
    if (this.#rest.length > MAX_LINE_BYTES || this.#unreadBytes > MAX_UNREAD_BYTES) this.#bad = true;
  }

  /** The oldest reply not yet taken. */
  next(): Reply | undefined {
    const entry = this.#replies.shift();
    if (entry === undefined) return undefined;
    this.#unreadBytes -= entry.bytes;
    return entry.reply;
  }

  /** True when octets came that no `next` has taken: a whole reply, a part of one, or garbage. */
  get unread(): boolean {
    return this.#bad || this.#replies.length > 0 || this.#rest.length > 0 || this.#code !== undefined;
  }

  get malformed(): boolean {
    return this.#bad;
  }

  #takeLine(raw: Buffer): void {
    const line = raw.at(-1) === CR ? raw.subarray(0, -1) : raw;
    const text = line.toString('latin1');
    const match = /^([2-5]\d\d)(?:([ -])(.*))?$/s.exec(text);
    this.#replyBytes += raw.length + 1;
    const code = Number(match?.[1]);
    const differs = this.#code !== undefined && this.#code !== code;
    if (match === null || differs || raw.length > MAX_LINE_BYTES || this.#replyBytes > MAX_REPLY_BYTES) {
      this.#bad = true;
      return;
    }
    // A CR or NUL would travel on to our client, where it could end a line: response smuggling.
    if (line.includes(CR) || line.includes(0)) {
      this.#bad = true;
      return;
    }
    this.#lines.push(match[3] ?? '');
    this.#code = code;
    if (match[2] === '-') return;
    this.#replies.push({ reply: { code, lines: this.#lines }, bytes: this.#replyBytes });
    this.#unreadBytes += this.#replyBytes;
    this.#code = undefined;
    this.#lines = [];
    this.#replyBytes = 0;
  }
}
