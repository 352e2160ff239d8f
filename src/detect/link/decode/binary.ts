import { constants, inflateRawSync, inflateSync } from 'node:zlib';

/** What inflating may yield at most: a URL of a mail is far below, a bomb far above. */
const maxInflatedBytes = 65_536;

/** What a character stands for, by its code; what is none of the alphabet is `absent`. */
type Codes = Readonly<Uint8Array>;

const absent = 0xff;
const lettersAndDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
// A blank is a `+` that a form decoder turned into one somewhere on the way.
const base64Codes = codesOf(`${lettersAndDigits}+/`, `${lettersAndDigits}-_`, `${lettersAndDigits} `);
const base32Codes = codesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567');
const hexCodes = codesOf('0123456789abcdef', '0123456789ABCDEF');

function codesOf(...alphabets: readonly string[]): Codes {
  const codes = new Uint8Array(128).fill(absent);
  for (const alphabet of alphabets)
    for (let value = 0; value < alphabet.length; value += 1) codes[alphabet.charCodeAt(value)] = value;
  return codes;
}

function withoutPadding(text: string, padding: string): string {
  let end = text.length;
  while (end > 0 && padding.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** Undefined where a character is none of the alphabet, or bits are left over that an encoder would have set to zero. */
function fromAlphabet(text: string, codes: Codes, bits: number): Buffer | undefined {
  // Every octet that is given back has been written.
  const octets = Buffer.allocUnsafe(Math.floor((text.length * bits) / 8));
  let length = 0;
  let held = 0;
  let heldBits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const value = codes[text.charCodeAt(at)] ?? absent;
    if (value === absent) return undefined;
    held = (held << bits) | value;
    heldBits += bits;
    if (heldBits >= 8) {
      heldBits -= 8;
      octets[length++] = held >> heldBits;
      held &= (1 << heldBits) - 1;
    }
  }
  return heldBits < bits && held === 0 && length > 0 ? octets.subarray(0, length) : undefined;
}

/** Base64 of either alphabet, padded or not (`=`, or `~` as SparkPost writes it). */
export function fromBase64(text: string): Buffer | undefined {
  return fromAlphabet(withoutPadding(text, '=~'), base64Codes, 6);
}

/**
 * Whether a path segment in base64 may end at a slash of its own alphabet: only a `?` in front of a query looks like that, and what stands
 * behind it reads as text. Cut there, a URL would lead to its page without the query.
 */
export function goesOnBehindSlash(segment: string, next: string | undefined): boolean {
  if (next === undefined || next.length < 2 || segment.length % 4 !== 3) return false;
  return /^[\x21-\x7e]+$/.test(Buffer.from(next, 'base64').toString('latin1'));
}

/** RFC 4648 section 6, padded or not, upper case. */
export function fromBase32(text: string): Buffer | undefined {
  return fromAlphabet(withoutPadding(text, '='), base32Codes, 5);
}

export function fromHex(text: string): Buffer | undefined {
  return text.length % 2 === 0 ? fromAlphabet(text, hexCodes, 4) : undefined;
}

/** Zlib or raw deflate, also without its final block (many senders flush the stream and never close it). */
export function inflate(octets: Buffer): Buffer | undefined {
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: maxInflatedBytes };
  for (const decode of [inflateSync, inflateRawSync]) {
    try {
      const result = decode(octets, options);
      if (result.length > 0) return result;
    } catch {
      continue;
    }
  }
  return undefined;
}

interface Varint {
  readonly value: number;
  readonly next: number;
}

function varint(octets: Buffer, from: number): Varint | undefined {
  let value = 0;
  for (let at = from; at < octets.length && at < from + 10; at += 1) {
    const octet = octets[at] ?? 0;
    value += (octet & 0x7f) * 2 ** (7 * (at - from));
    if (octet < 0x80) return { value, next: at + 1 };
  }
  return undefined;
}

/** The first length-delimited field of this number at the top level of a protobuf message. */
export function protobufField(octets: Buffer, field: number): Buffer | undefined {
  let at = 0;
  while (at < octets.length) {
    const tag = varint(octets, at);
    if (tag === undefined) return undefined;
    const wire = tag.value % 8;
    const number = Math.floor(tag.value / 8);
    const next = wire === 0 || wire === 2 ? varint(octets, tag.next) : undefined;
    if (wire === 2 && next !== undefined) {
      const end = next.next + next.value;
      if (end > octets.length) return undefined;
      if (number === field) return octets.subarray(next.next, end);
      at = end;
    } else if (wire === 0 && next !== undefined) at = next.next;
    else if (wire === 1) at = tag.next + 8;
    else if (wire === 5) at = tag.next + 4;
    else return undefined;
  }
  return undefined;
}

/**
 * A field of SparkPost's link payload: a tag octet (number of length octets in the upper two bits, field number in the lower six), the
 * length little-endian, the value; a tag without length octets has no value.
 */
export function sparkpostField(octets: Buffer, field: number): Buffer | undefined {
  let at = 0;
  while (at < octets.length) {
    const tag = octets[at] ?? 0;
    const lengthOctets = tag >> 6;
    if (at + 1 + lengthOctets > octets.length) return undefined;
    const start = at + 1 + lengthOctets;
    const end = start + (lengthOctets === 0 ? 0 : octets.readUIntLE(at + 1, lengthOctets));
    if (end > octets.length) return undefined;
    if ((tag & 0x3f) === field) return octets.subarray(start, end);
    at = end;
  }
  return undefined;
}
