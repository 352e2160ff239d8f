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
  const table = digestTable(addresses);
  const inText = (text: string, needles: readonly string[]) =>
    needles.some((needle) => text.includes(needle));

  function inRun(run: string): RecipientMatch | undefined {
    const found = table.get(run.toLowerCase()) ?? table.get(run.replace(/\+/g, '-').replace(/\//g, '_'));
    if (found !== undefined) return { name: 'recipient.hash', form: found };
    if (
      /^[0-9A-Fa-f]*$/.test(run) &&
      inText(Buffer.from(run, 'hex').toString('latin1').toLowerCase(), clear)
    ) {
      return { name: 'recipient', form: 'hex' };
    }
    // The encoding may start behind a prefix of any length: four alignments.
    for (let shift = 0; shift < 4; shift += 1) {
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

/** A run split at characters that may belong to it, or delimit it. */
function partsOf(run: string, delimiters: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at <= run.length; at += 1) {
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
