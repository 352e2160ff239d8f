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
  #values = new Uint8Array(512);

  constructor(readers: readonly Reader[]) {
    this.#readers = readers;
    for (const { domain } of readers) {
      for (const text of [domain, domain.toUpperCase()]) this.#starts[text.charCodeAt(0) & 255] = 1;
    }
  }

  /** Linear: what stands behind an `@` is compared only where a domain's first letter follows. */
  has(text: string, alphabet: Alphabet): boolean {
    const { length } = text;
    if (this.#values.length < length + 2) this.#values = new Uint8Array(length * 2 + 2);
    const values = this.#values;
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at);
      values[at] = code < 256 ? (alphabet[code] ?? outside) : outside;
    }
    values[length] = outside;
    values[length + 1] = outside;
    let here = values[0] ?? outside;
    for (let at = 0; at + 2 < length; at += 1) {
      const next = values[at + 1] ?? outside;
      // The `@` stands at the start of a character, two bits or four bits into it.
      if (here === 16 && next < 16) {
        if (this.#isStart((next << 4) | ((values[at + 2] ?? 0) >> 2), 6 * at, length)) return true;
      } else if (next < 4 && (here & 15) === 4) {
        if (this.#isStart((next << 6) | (values[at + 2] ?? 0), 6 * at + 2, length)) return true;
      } else if (next === 0 && (here & 3) === 1) {
        const start = ((values[at + 2] ?? 0) << 2) | ((values[at + 3] ?? 0) >> 4);
        if (this.#isStart(start, 6 * at + 4, length)) return true;
      }
      here = next;
    }
    return false;
  }

  #isStart(start: number, bit: number, length: number): boolean {
    return this.#starts[start] === 1 && this.#isAt(bit, length);
  }

  #isAt(bit: number, length: number): boolean {
    for (const { addresses } of this.#readers) {
      for (const address of addresses) {
        const at = address.lastIndexOf('@');
        const first = bit - 8 * at;
        if (first < 0 || first + 8 * address.length > 6 * length) continue;
        let same = 0;
        while (same < address.length && this.#octet(first + 8 * same) === address.charCodeAt(same)) same += 1;
        if (same === address.length) return true;
      }
    }
    return false;
  }

  /** The octet that starts at a bit, an ASCII capital as its small letter; -1 where a character is outside the alphabet. */
  #octet(bit: number): number {
    const index = Math.floor(bit / 6);
    const high = this.#values[index] ?? outside;
    const low = this.#values[index + 1] ?? outside;
    if (high === outside || low === outside) return -1;
    const octet = (((high << 6) | low) >> (4 - (bit - 6 * index))) & 255;
    return octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;
  }
}
