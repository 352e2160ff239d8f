import { Readable } from 'node:stream';

const LF = 0x0a;
const CR = 0x0d;

function bareLineFeeds(octets: Buffer): number {
  let count = 0;
  for (let at = octets.indexOf(LF); at >= 0; at = octets.indexOf(LF, at + 1)) {
    if (at === 0 || octets[at - 1] !== CR) count += 1;
  }
  return count;
}

/** The same lines, each ended by CRLF: signatures are computed over that (RFC 6376 5.3). The buffer itself where nothing is to mend. */
export function withCrlf(octets: Buffer): Buffer {
  const count = bareLineFeeds(octets);
  if (count === 0) return octets;
  const out = Buffer.allocUnsafe(octets.length + count);
  let to = 0;
  for (let at = 0; at < octets.length; at += 1) {
    const octet = octets[at] ?? 0;
    if (octet === LF && (at === 0 || octets[at - 1] !== CR)) {
      out[to] = CR;
      to += 1;
    }
    out[to] = octet;
    to += 1;
  }
  return out;
}

/**
 * A message as mailauth takes it in linear time: in one piece (given a buffer, it cuts 64 KiB pieces and copies a line without end anew for
 * each of them) and without bare LF (which it handles line by line).
 */
export function asStream(octets: Buffer): Readable {
  return Readable.from([withCrlf(octets)]);
}
