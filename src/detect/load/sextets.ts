import type { Reader } from './readers.ts';

/** No character of the alphabet. */
const outside = 64;

export type Alphabet = Uint8Array;

const letters64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function alphabetOf(text: string): Alphabet {
  const table = new Uint8Array(256).fill(outside);
  for (let index = 0; index < text.length; index += 1) table[text.charCodeAt(index)] = index;
  for (const letter of '+-') table[letter.charCodeAt(0)] = 62;
  for (const letter of '/_') table[letter.charCodeAt(0)] = 63;
  return table;
}

export const base64: Alphabet = alphabetOf(letters64);
/** Base64 whose letters were turned by 13 places. */
export const turnedBase64: Alphabet = alphabetOf(
  'NOPQRSTUVWXYZABCDEFGHIJKLMnopqrstuvwxyzabcdefghijklm0123456789',
);
export const uuencoding: Alphabet = Uint8Array.from({ length: 256 }, (_, code) =>
  code >= 0x20 && code <= 0x60 ? (code - 0x20) & 63 : outside,
);

/** Finds addresses in what texts of six bits a character say, at any alignment and behind any prefix, without decoding the rest. */
export class SextetSearch {
  readonly #readers: readonly Reader[];
  /** The first letters of the domains, in both cases. */
  readonly #starts = new Uint8Array(256);

  constructor(readers: readonly Reader[]) {
    this.#readers = readers;
    for (const { domain } of readers) {
      for (const text of [domain, domain.toUpperCase()]) this.#starts[text.charCodeAt(0) & 255] = 1;
    }
  }

  /** Linear: what stands behind an `@` is compared only where a domain's first letter follows. */
  has(text: string, alphabet: Alphabet): boolean {
    const { length } = text;
    let here = sextetAt(text, 0, alphabet);
    for (let at = 0; at + 2 < length; at += 1) {
      const next = sextetAt(text, at + 1, alphabet);
      // The `@` stands at the start of a character, two bits or four bits into it.
      if (here === 16 && next < 16) {
        const start = (next << 4) | (sextetAt(text, at + 2, alphabet) >> 2);
        if (this.#isStart(start, 6 * at, text, alphabet)) return true;
      } else if (next < 4 && (here & 15) === 4) {
        const start = (next << 6) | sextetAt(text, at + 2, alphabet);
        if (this.#isStart(start, 6 * at + 2, text, alphabet)) return true;
      } else if (next === 0 && (here & 3) === 1) {
        const start = (sextetAt(text, at + 2, alphabet) << 2) | (sextetAt(text, at + 3, alphabet) >> 4);
        if (this.#isStart(start, 6 * at + 4, text, alphabet)) return true;
      }
      here = next;
    }
    return false;
  }

  #isStart(start: number, bit: number, text: string, alphabet: Alphabet): boolean {
    return this.#starts[start] === 1 && this.#isAt(bit, text, alphabet);
  }

  #isAt(bit: number, text: string, alphabet: Alphabet): boolean {
    for (const { addresses } of this.#readers) {
      for (const address of addresses) {
        const at = address.lastIndexOf('@');
        const first = bit - 8 * at;
        if (first < 0 || first + 8 * address.length > 6 * text.length) continue;
        let same = 0;
        while (
          same < address.length &&
          octetAt(text, first + 8 * same, alphabet) === address.charCodeAt(same)
        )
          same += 1;
        if (same === address.length) return true;
      }
    }
    return false;
  }
}

function sextetAt(text: string, at: number, alphabet: Alphabet): number {
  return alphabet[text.charCodeAt(at)] ?? outside;
}

/** The octet that starts at a bit, an ASCII capital as its small letter; -1 where a character is outside the alphabet. */
function octetAt(text: string, bit: number, alphabet: Alphabet): number {
  const index = Math.floor(bit / 6);
  const high = sextetAt(text, index, alphabet);
  const low = sextetAt(text, index + 1, alphabet);
  if (high === outside || low === outside) return -1;
  const octet = (((high << 6) | low) >> (4 - (bit - 6 * index))) & 255;
  return octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;
}
