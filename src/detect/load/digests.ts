import { hash } from 'node:crypto';

const algorithms = ['md5', 'sha1', 'sha256', 'sha512'] as const;
type Algorithm = (typeof algorithms)[number];
/** Digits of a digest that a URL must have at least. */
export const shortestDigest = 16;

/** By the characters of the digests in base64 without padding. */
const base64Lengths: ReadonlyMap<number, Algorithm> = new Map([
  [22, 'md5'],
  [27, 'sha1'],
  [43, 'sha256'],
  [86, 'sha512'],
]);

interface Digest {
  readonly algorithm: string;
  readonly hex: string;
}

/** By their first eight hex digits, as a number. */
type Table = ReadonlyMap<number, readonly Digest[]>;

function tableOf(texts: Iterable<string>, wanted: readonly Algorithm[]): Table {
  const byStart = new Map<number, Digest[]>();
  for (const text of texts) {
    for (const algorithm of wanted) {
      const digest = { algorithm, hex: hash(algorithm, text, 'hex') };
      const start = Number.parseInt(digest.hex.slice(0, 8), 16);
      const same = byStart.get(start);
      if (same === undefined) byStart.set(start, [digest]);
      else same.push(digest);
    }
  }
  return byStart;
}

const nibbles = new Int8Array(128).fill(-1);
for (let value = 0; value < 16; value += 1) {
  nibbles[value.toString(16).charCodeAt(0)] = value;
  nibbles[value.toString(16).toUpperCase().charCodeAt(0)] = value;
}

/** The value of a hex digit; -1 of any other character, and behind the end. */
export function nibbleAt(text: string, at: number): number {
  return nibbles[text.charCodeAt(at)] ?? -1;
}

/** Digests of texts in URLs: in hex at any place, cut to sixteen digits or longer; in base64 as a whole run. */
export class DigestSearch {
  readonly #texts: () => Iterable<string>;
  #all: Table | undefined;
  readonly #single = new Map<Algorithm, Table>();

  /** The texts are asked for, and their digests made, at the first run that could be one. */
  constructor(texts: () => Iterable<string>) {
    this.#texts = texts;
  }

  #digestsBy(algorithm: Algorithm): Table {
    const known = this.#all ?? this.#single.get(algorithm);
    if (known !== undefined) return known;
    const table = tableOf(this.#texts(), [algorithm]);
    this.#single.set(algorithm, table);
    return table;
  }

  /** Linear in the text. */
  inHex(text: string): string | undefined {
    let run = 0;
    for (let at = 0; at < text.length; at += 1) {
      run = nibbleAt(text, at) < 0 ? 0 : run + 1;
      if (run < shortestDigest) continue;
      const start = at + 1 - run;
      while (at + 1 < text.length && nibbleAt(text, at + 1) >= 0) at += 1;
      const found = this.#inRun(text.slice(start, at + 1).toLowerCase());
      if (found !== undefined) return found;
      run = 0;
    }
    return undefined;
  }

  #inRun(run: string): string | undefined {
    const byStart = (this.#all ??= tableOf(this.#texts(), algorithms));
    let window = 0;
    for (let at = 0; at < run.length; at += 1) {
      window = ((window << 4) | nibbleAt(run, at)) >>> 0;
      const from = at - 7;
      if (from < 0 || from + shortestDigest > run.length) continue;
      for (const { algorithm, hex } of byStart.get(window) ?? []) {
        const part = run.slice(from, from + hex.length);
        if (hex.startsWith(part) || part.startsWith(hex.slice(0, shortestDigest))) return algorithm;
      }
    }
    return undefined;
  }

  inBase64(run: string): string | undefined {
    const wanted = base64Lengths.get(run.length);
    if (wanted === undefined) return undefined;
    const hex = Buffer.from(run, 'base64').toString('hex');
    const start = Number.parseInt(hex.slice(0, 8), 16);
    const found = this.#digestsBy(wanted)
      .get(start)
      ?.find((digest) => digest.hex === hex);
    return found === undefined ? undefined : `${found.algorithm} base64`;
  }
}
