import { createHash } from 'node:crypto';
import { percentDecode } from '../../url/index.ts';
import type { DetectInput } from '../input.ts';
import { readerAddresses } from './addresses.ts';

export interface RecipientMatch {
  readonly name: 'recipient' | 'recipient.hash';
  /** How it is written: `clear`, `hex`, `base64`, `base32`, `rot13`, `md5` ... */
  readonly form: string;
}

/** Finds the reader's address, in any of its usual disguises, in a URL. */
export type RecipientSearch = (url: string) => RecipientMatch | undefined;

const digests = ['md5', 'sha1', 'sha256'] as const;
const base32Alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const maxUrlLength = 65536;

function rot13(text: string): string {
  return text.replace(/[a-z]/g, (letter) =>
    String.fromCharCode(((letter.charCodeAt(0) - 0x61 + 13) % 26) + 0x61),
  );
}

function decodeBase32(text: string): string {
  const octets: number[] = [];
  let bits = 0;
  let held = 0;
  for (const letter of text.toLowerCase()) {
    const value = base32Alphabet.indexOf(letter);
    if (value < 0) break;
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      octets.push((held >> bits) & 0xff);
    }
  }
  return String.fromCharCode(...octets.slice(0, 4096));
}

/** Characters of the digests in hex and in base64 without padding. */
const digestLengths: ReadonlySet<number> = new Set([32, 40, 64, 22, 27, 43]);

/** Hex and base64 digests of each address as it is and in lower case, all keyed in the spelling that URLs are searched in. */
function digestTable(addresses: readonly string[]): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  for (const address of addresses) {
    for (const text of new Set([address, address.toLowerCase(), address.toUpperCase()])) {
      for (const name of digests) {
        const digest = createHash(name).update(text, 'utf8').digest();
        table.set(digest.toString('hex'), name);
        table.set(digest.toString('base64url'), `${name} base64`);
      }
    }
  }
  return table;
}

const outside = 64;
const sextets = new Uint8Array(128).fill(outside);
const alphabet64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
for (let index = 0; index < alphabet64.length; index += 1) sextets[alphabet64.charCodeAt(index)] = index;
for (const letter of '+-') sextets[letter.charCodeAt(0)] = 62;
for (const letter of '/_') sextets[letter.charCodeAt(0)] = 63;

function sextetAt(run: string, at: number): number {
  return sextets[run.charCodeAt(at)] ?? outside;
}

const allShifts = 0b1111;

/**
 * The alignments (bit n: n characters are skipped) in which a base64 run would decode to an `@`: only those are worth decoding. All of
 * them where other characters stand between, which decoders skip.
 */
function shiftsWithAt(run: string): number {
  let shifts = 0;
  let next = sextetAt(run, 0);
  for (let at = 0; at + 1 < run.length; at += 1) {
    const here = next;
    next = sextetAt(run, at + 1);
    if (here === outside || next === outside) return allShifts;
    if (here === 16 && next < 16) shifts |= 1 << (at & 3);
    if ((here & 15) === 4 && next < 4) shifts |= 1 << ((at + 3) & 3);
    if ((here & 3) === 1 && next === 0) shifts |= 1 << ((at + 2) & 3);
  }
  return shifts;
}

/** Runs that may be an encoding of something: base64 in both alphabets, hex, base32. */
function runs(text: string): readonly string[] {
  return text.split(/[^0-9A-Za-z+/_-]/).filter((run) => run.length >= 8);
}

/**
 * Compiled once a message. Addresses are compared without regard to case. Encodings are decoded rather than produced, so that an address
 * inside an encoded JSON or query text is found too; digests are looked up by whole runs. Linear in the URL.
 */
export function recipientSearch(input: DetectInput): RecipientSearch {
  const addresses = readerAddresses(input);
  if (addresses.length === 0) return () => undefined;
  const clear = [...new Set(addresses.map((address) => address.toLowerCase()))];
  const verp = clear.map((address) => address.replace('@', '='));
  const turned = clear.map(rot13);
  const shortest = Math.min(...clear.map((address) => address.length));
  let digestsOf: ReadonlyMap<string, string> | undefined;
  const inText = (text: string, needles: readonly string[]) =>
    needles.some((needle) => text.includes(needle));

  function inRun(run: string): RecipientMatch | undefined {
    if (digestLengths.has(run.length)) {
      digestsOf ??= digestTable(addresses);
      const found =
        digestsOf.get(run.toLowerCase()) ?? digestsOf.get(run.replace(/\+/g, '-').replace(/\//g, '_'));
      if (found !== undefined) return { name: 'recipient.hash', form: found };
    }
    // The densest of the encodings takes four characters for three octets.
    if (run.length * 3 < shortest * 4) return undefined;
    if (
      /^[0-9A-Fa-f]*$/.test(run) &&
      inText(Buffer.from(run, 'hex').toString('latin1').toLowerCase(), clear)
    ) {
      return { name: 'recipient', form: 'hex' };
    }
    // The encoding may start behind a prefix of any length: four alignments.
    const shifts = shiftsWithAt(run);
    for (let shift = 0; shift < 4; shift += 1) {
      if ((shifts & (1 << shift)) === 0) continue;
      const text = Buffer.from(run.slice(shift), 'base64').toString('latin1').toLowerCase();
      if (inText(text, clear)) return { name: 'recipient', form: 'base64' };
    }
    if (/^[A-Za-z2-7]*$/.test(run) && inText(decodeBase32(run).toLowerCase(), clear)) {
      return { name: 'recipient', form: 'base32' };
    }
    return undefined;
  }

  return (url) => {
    // Encoded delimiters inside a segment or value belong to what is encoded there.
    for (const part of url.split(/[/?&=#;]/)) {
      const found = part.includes('%') ? inRun((percentDecode(part) ?? '').replace(/=+$/, '')) : undefined;
      if (found !== undefined) return found;
    }
    const once = percentDecode(url) ?? url;
    const twice = percentDecode(once) ?? once;
    for (const text of new Set([url, once, twice])) {
      if (text.length > maxUrlLength) continue;
      const lower = text.toLowerCase();
      if (inText(lower, clear) || inText(lower, verp)) return { name: 'recipient', form: 'clear' };
      if (inText(lower, turned)) return { name: 'recipient', form: 'rot13' };
      for (const run of runs(text)) {
        const found = inRun(run) ?? firstOf(partsOf(run, '/'), inRun) ?? firstOf(partsOf(run, '+/_-'), inRun);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  };
}

function isLetterOrDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a);
}

/** A run split at characters that may belong to it, or delimit it. */
function partsOf(run: string, delimiters: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at <= run.length; at += 1) {
    if (at < run.length && isLetterOrDigit(run.charCodeAt(at))) continue;
    if (at < run.length && !delimiters.includes(run.charAt(at))) continue;
    if (at - start >= 8 && at - start < run.length) parts.push(run.slice(start, at));
    start = at + 1;
  }
  return parts;
}

function firstOf<T>(items: readonly string[], find: (item: string) => T | undefined): T | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
