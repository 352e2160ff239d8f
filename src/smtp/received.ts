import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';

/** What a Received line says (RFC 5321 4.4). */
export interface Trace {
  readonly helo: string | undefined;
  readonly name: string | undefined;
  readonly address: string | undefined;
  readonly by: string;
  readonly protocol: string;
  readonly tls: string | undefined;
  readonly id: string;
  readonly token: string;
  /** Only where there is one recipient: a list would tell each of them about the others. */
  readonly recipient: string | undefined;
  readonly date: Date;
}

export interface ProtocolFacts {
  readonly lmtp: boolean;
  readonly extended: boolean;
  readonly secure: boolean;
  readonly authenticated: boolean;
  readonly utf8: boolean;
}

/** The `with` keyword: RFC 5321 4.4, RFC 3848, RFC 6531 3.7.3. */
export function withKeyword(facts: ProtocolFacts): string {
  const { lmtp, extended, secure, authenticated, utf8 } = facts;
  const suffix = `${secure ? 'S' : ''}${authenticated ? 'A' : ''}`;
  if (lmtp) return `${utf8 ? 'UTF8' : ''}LMTP${suffix}`;
  if (utf8) return `UTF8SMTP${suffix}`;
  return extended ? `ESMTP${suffix}` : 'SMTP';
}

/** The field with its line ends, ASCII unless a recipient's address is not. */
export function receivedField(trace: Trace): string {
  const literal = trace.address === undefined ? undefined : addressLiteral(trace.address);
  // The name a client gives itself is anything it likes: only a name goes into the line, for all else its address does.
  const helo = isName(trace.helo) ? trace.helo : (literal ?? 'localhost');
  const client = [isName(trace.name) ? trace.name : 'unknown', literal].filter((word) => word !== undefined);
  const where = literal === undefined ? '' : ` (${client.join(' ')})`;
  const tls = trace.tls === undefined ? '' : `\r\n\t(using ${trace.tls})`;
  const to = trace.recipient === undefined ? '' : `\r\n\tfor <${trace.recipient}>`;
  const by = `\r\n\tby ${trace.by} (mailsluice ${trace.token}) with ${trace.protocol} id ${trace.id}`;
  return `Received: from ${helo}${where}${tls}${by}${to};\r\n\t${dateTime(trace.date)}\r\n`;
}

const isName = (text: string | undefined): text is string =>
  text !== undefined && /^[A-Za-z0-9_.:[\]-]{1,255}$/.test(text);

const addressLiteral = (address: string): string => (isIPv6(address) ? `[IPv6:${address}]` : `[${address}]`);

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** RFC 5322 3.3, in UTC. */
function dateTime(date: Date): string {
  const two = (value: number): string => value.toString().padStart(2, '0');
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  const day = `${DAYS[date.getUTCDay()]}, ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
  return `${day} ${date.getUTCFullYear()} ${time} +0000`;
}

/**
 * Our mark in a Received line: it stands for this site and these recipients, so that mail which a list or a forward sends past us again
 * to somebody else is no loop. Keyed, so that it tells nobody who the other recipients are.
 */
export function loopToken(secret: string, recipients: readonly string[]): string {
  const sorted = recipients.map((address) => address.toLowerCase()).sort();
  return createHmac('sha256', secret).update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}

/** What the relay itself reads of a header. */
export interface HeaderFacts {
  /** Octets up to and with the empty line, or all of the message where there is none. */
  readonly bytes: number;
  readonly hops: number;
  /** Our marks (`loopToken`) in its Received fields. */
  readonly tokens: ReadonlySet<string>;
  /** The topmost Received field is one of a mailsluice. */
  readonly fromMailsluice: boolean;
}

const OUR_MARK = /\(mailsluice ([0-9a-f]{16})\)/;

/** Reads the header of a message with CRLF line ends. */
export function readHeader(octets: Buffer): HeaderFacts {
  const empty = octets.subarray(0, 2).equals(END_OF_LINE) ? 0 : octets.indexOf('\r\n\r\n');
  const bytes = empty === -1 ? octets.length : empty === 0 ? 2 : empty + 4;
  const tokens = new Set<string>();
  let hops = 0;
  let fromMailsluice = false;
  for (let start = 0; start < bytes;) {
    const end = endOfField(octets, start, bytes);
    if (isReceived(octets, start)) {
      hops++;
      const token = OUR_MARK.exec(
        octets.toString('latin1', start, Math.min(end, start + MAX_FIELD_BYTES)),
      )?.[1];
      if (token !== undefined) tokens.add(token);
      if (hops === 1) fromMailsluice = token !== undefined;
    }
    start = end;
  }
  return { bytes, hops, tokens, fromMailsluice };
}

const END_OF_LINE = Buffer.from('\r\n');
const LF = 0x0a;
/** Far more than any Received line of ours has. */
const MAX_FIELD_BYTES = 4096;

function endOfField(octets: Buffer, start: number, limit: number): number {
  let end = start;
  do {
    const lineEnd = octets.indexOf(LF, end);
    end = lineEnd === -1 || lineEnd >= limit ? limit : lineEnd + 1;
  } while (end < limit && (octets[end] === 0x20 || octets[end] === 0x09));
  return end;
}

function isReceived(octets: Buffer, start: number): boolean {
  return (
    octets[start + 8] === 0x3a && octets.toString('latin1', start, start + 8).toLowerCase() === 'received'
  );
}
