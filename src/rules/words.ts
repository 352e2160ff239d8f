const seed = 0x811c9dc5;

/** One step of FNV-1a. */
function mix(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

/** The hash of a text, or of a piece of it, as `Word.hash` counts it. */
export function hashOf(text: string, start = 0, end = text.length): number {
  return hashOn(seed, text, start, end);
}

/** The hash of a text whose beginning has this hash. */
export function hashOn(beginning: number, text: string, start = 0, end = text.length): number {
  let hash = beginning;
  for (let at = start; at < end; at += 1) hash = mix(hash, text.charCodeAt(at));
  return hash;
}

function isWordCode(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

/** Tells of each word of a text (runs of ASCII letters and digits), in order, where it stands and the hash of its characters. */
export function eachWord(text: string, tell: (start: number, end: number, hash: number) => void): void {
  let start = -1;
  let hash = seed;
  for (let at = 0; at <= text.length; at += 1) {
    const code = at < text.length ? text.charCodeAt(at) : 0;
    if (isWordCode(code)) {
      if (start < 0) start = at;
      hash = mix(hash, code);
    } else if (start >= 0) {
      tell(start, at, hash);
      start = -1;
      hash = seed;
    }
  }
}

/** Of every map without words, of which an index has thousands. */
const noBits: Readonly<Uint32Array> = new Uint32Array(1);

/**
 * Values by word. Most words of most URLs are in no rule: a bit table of the hashes, small enough to stay in the processor's cache, says
 * so without cutting the word out of the URL or walking a large map.
 */
export class WordMap<T> {
  #values: Map<string, T> | undefined;
  #bits = noBits;

  get isEmpty(): boolean {
    return this.#values === undefined;
  }

  set(word: string, value: T): void {
    this.#values ??= new Map();
    this.#values.set(word, value);
    if (this.#bits !== noBits && this.#values.size <= this.#bits.length) {
      mark(this.#bits, word);
      return;
    }
    const bits = new Uint32Array(this.#bits === noBits ? 1 : this.#bits.length * 2);
    for (const known of this.#values.keys()) mark(bits, known);
    this.#bits = bits;
  }

  /** False: there is no value under a word of this hash. */
  mayHave(hash: number): boolean {
    const bit = hash & (this.#bits.length * 32 - 1);
    return ((this.#bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  }

  get(word: string): T | undefined {
    return this.#values?.get(word);
  }
}

function mark(bits: Uint32Array, word: string): void {
  const bit = hashOf(word) & (bits.length * 32 - 1);
  bits[bit >>> 5] = (bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
}
