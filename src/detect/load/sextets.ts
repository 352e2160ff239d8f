import type { Reader } from './readers.ts';

/** No character of the alphabet. */
const outside = 64;

type Alphabet = Uint8Array;

const letters64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function alphabetOf(text: string): Alphabet {
  const table = new Uint8Array(256).fill(outside);
  for (let index = 0; index < text.length; index += 1) table[text.charCodeAt(index)] = index;
  for (const letter of '+-') table[letter.charCodeAt(0)] = 62;
  for (const letter of '/_') table[letter.charCodeAt(0)] = 63;
  return table;
}

const base64: Alphabet = alphabetOf(letters64);
/** Base64 whose letters were turned by 13 places. */
const turnedBase64: Alphabet = alphabetOf('NOPQRSTUVWXYZABCDEFGHIJKLMnopqrstuvwxyzabcdefghijklm0123456789');
export const uuencoding: Alphabet = Uint8Array.from({ length: 256 }, (_, code) =>
  code >= 0x20 && code <= 0x60 ? (code - 0x20) & 63 : outside,
);

/** The `@` stands at the start of a character, two bits or four bits into it, or not there at all. */
function placeOf(here: number, next: number): 0 | 1 | 2 | 3 {
  if (here === 16 && next < 16) return 1;
  if (next < 4 && (here & 15) === 4) return 2;
  return next === 0 && (here & 3) === 1 ? 3 : 0;
}

/** By two characters: the place of an `@` in base64, and above that in base64 whose letters were turned. */
const places = new Uint8Array(1 << 14);

/** Fills in the places of an alphabet. Few characters come second, and only they are gone through: this is done at each start. */
function fillPlaces(alphabet: Alphabet, shift: number): void {
  const sextets = [...alphabet.entries()].filter(([, sextet]) => sextet !== outside);
  for (const [second, next] of sextets.filter(([, sextet]) => sextet < 16)) {
    for (const [first, here] of sextets) {
      const pair = (first << 7) | second;
      places[pair] = (places[pair] ?? 0) | (placeOf(here, next) << shift);
    }
  }
}
fillPlaces(base64, 0);
fillPlaces(turnedBase64, 2);

/** Finds addresses in what texts of six bits a character say, at any alignment and behind any prefix, without decoding the rest. */
export class SextetSearch {
  readonly #readers: readonly Reader[];
  /** The first letters of the domains, in both cases. */
  readonly #starts = new Set<number>();

  constructor(readers: readonly Reader[]) {
    this.#readers = readers;
    for (const { domain } of readers) {
      for (const text of [domain, domain.toUpperCase()]) this.#starts.add(text.charCodeAt(0) & 255);
    }
  }

  /** Linear: what stands behind an `@` is compared only where a domain's first letter follows. */
  inBase64(text: string): 'base64' | 'rot13' | undefined {
    let before = text.charCodeAt(0) & 127;
    let isTurned = false;
    const last = text.length - 1;
    for (let at = 1; at < last; at += 1) {
      const code = text.charCodeAt(at);
      const place = code < 128 ? (places[(before << 7) | code] ?? 0) : 0;
      before = code < 128 ? code : 0;
      if (place === 0) continue;
      if (this.#isBehind(place & 3, at - 1, text, base64)) return 'base64';
      isTurned ||= this.#isBehind(place >> 2, at - 1, text, turnedBase64);
    }
    return isTurned ? 'rot13' : undefined;
  }

  has(text: string, alphabet: Alphabet): boolean {
    let next = sextetAt(text, 0, alphabet);
    for (let at = 0; at + 2 < text.length; at += 1) {
      const here = next;
      next = sextetAt(text, at + 1, alphabet);
      const place = placeOf(here, next);
      if (place !== 0 && this.#isBehind(place, at, text, alphabet)) return true;
    }
    return false;
  }

  #isBehind(place: number, at: number, text: string, alphabet: Alphabet): boolean {
    if (place === 0) return false;
    const second = sextetAt(text, at + 2, alphabet);
    const next = sextetAt(text, at + 1, alphabet);
    if (place === 1) return this.#isStart((next << 4) | (second >> 2), 6 * at, text, alphabet);
    if (place === 2) return this.#isStart((next << 6) | second, 6 * at + 2, text, alphabet);
    const start = (second << 2) | (sextetAt(text, at + 3, alphabet) >> 4);
    return this.#isStart(start, 6 * at + 4, text, alphabet);
  }

  #isStart(start: number, bit: number, text: string, alphabet: Alphabet): boolean {
    return this.#starts.has(start) && this.#isAt(bit, text, alphabet);
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
