import type { Span } from '../span.ts';
import type { Layer } from './place.ts';

/**
 * A text to be scanned and where each of its characters stands in the text of the part. Decoded texts (character references, percent or
 * CSS escapes) know the text they were decoded from, piece by piece; nothing is computed for a character before it is asked for.
 */
export class Source {
  readonly text: string;
  /** What it was cut or decoded from; undefined for the text of the part itself. */
  readonly outer: Source | undefined;
  /** Where it begins in `outer`. */
  readonly base: number;
  /** undefined for a mere slice. */
  readonly pieces: Pieces | undefined;
  /** Encodings around it, outermost first. */
  readonly layers: readonly Layer[];
  readonly doubtful: boolean;
  readonly nesting: number;

  constructor(
    text: string,
    outer: Source | undefined,
    base: number,
    pieces: Pieces | undefined,
    layers: readonly Layer[],
    doubtful: boolean,
    nesting: number,
  ) {
    this.text = text;
    this.outer = outer;
    this.base = base;
    this.pieces = pieces;
    this.layers = layers;
    this.doubtful = doubtful;
    this.nesting = nesting;
  }
}

/** The same characters, some of which may be none of a tag or sheet in other readings; so many levels deeper. */
export function doubted(
  { text, outer, base, pieces, layers, nesting }: Source,
  deeper = 0,
  around = layers,
): Source {
  return new Source(text, outer, base, pieces, around, true, nesting + deeper);
}

/**
 * Three numbers for each piece, in order: from the first (AT) on, characters stand for those from the second (START) on, one for one, or, where
 * the third (END) is above 0, all for [START, END).
 */
type Pieces = readonly number[];
const START = 1;
const END = 2;
const WIDTH = 3;

/** The text of a part itself. */
export function wholeText(text: string): Source {
  return new Source(text, undefined, 0, undefined, [], false, 0);
}

/** The characters of the part's text that stand for [start, end) of the source. */
export function spanOf(source: Source, start: number, end: number): Span {
  if (source.outer === undefined) return { start, end: end > start ? end : start };
  const first = startOf(source, start);
  return { start: first, end: end > start ? endOf(source, end) : first };
}

/** Where the character at `at` of the source begins in the part's text; behind the last one, where the source ends. */
export function startOf(source: Source, at: number): number {
  if (at >= source.text.length && at > 0) return endOf(source, at);
  let offset = at;
  for (let inner: Source | undefined = source; inner !== undefined; inner = inner.outer) {
    offset = inner.pieces === undefined ? inner.base + offset : mapped(inner.pieces, offset, false);
  }
  return offset;
}

/** Where the character in front of `at` ends. */
function endOf(source: Source, at: number): number {
  let last = at - 1;
  for (let inner: Source | undefined = source; inner !== undefined; inner = inner.outer) {
    last = inner.pieces === undefined ? inner.base + last : mapped(inner.pieces, last, true) - 1;
  }
  return last + 1;
}

/** Start or end, in the outer text, of what the character at `at` stands for. */
function mapped(pieces: Pieces, at: number, end: boolean): number {
  let low = 0;
  let high = pieces.length / WIDTH - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle * WIDTH] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  const start = pieces[low * WIDTH + START] ?? 0;
  const fixed = pieces[low * WIDTH + END] ?? 0;
  if (fixed > 0) return end ? fixed : start;
  return start + at - (pieces[low * WIDTH] ?? 0) + (end ? 1 : 0);
}

/** The layers around something in the source that has some of its own. */
export function layersWith({ layers }: Source, own: readonly Layer[]): readonly Layer[] {
  if (own.length === 0) return layers;
  if (layers.length === 0) return own;
  for (const one of joined) if (one.outer === layers && one.own === own) return one.both;
  const both = [...layers, ...own];
  joined[oldest] = { outer: layers, own, both };
  oldest = (oldest + 1) % FEW;
  return both;
}

/** Layers that were joined a moment ago: texts have the same few again and again. */
const FEW = 4;
const joined: { outer: readonly Layer[]; own: readonly Layer[]; both: readonly Layer[] }[] = [];
let oldest = 0;

/** A part of a source under more layers. */
export function slice(source: Source, start: number, end: number, layers: readonly Layer[]): Source {
  const { doubtful, nesting } = source;
  return new Source(
    source.text.slice(start, end),
    source,
    start,
    undefined,
    layersWith(source, layers),
    doubtful,
    nesting,
  );
}

/** Builds a decoded source: characters in order, each with the characters of the outer source that it stands for. */
export class Decoder {
  readonly #outer: Source;
  #text = '';
  readonly #pieces: number[] = [];
  #length = 0;

  constructor(outer: Source) {
    this.#outer = outer;
  }

  /** Copies [start, end) of the outer source as it is. */
  copy(start: number, end: number): void {
    if (end > start) this.#add(this.#outer.text.slice(start, end), start, 0);
  }

  /** Puts `text` in the place of [start, end) of the outer source. */
  put(text: string, start: number, end: number): void {
    if (text !== '') this.#add(text, start, Math.max(end, start + 1));
  }

  #add(text: string, start: number, end: number): void {
    this.#text += text;
    this.#pieces.push(this.#length, start, end);
    this.#length += text.length;
  }

  /** Another that begins with what this one has built. */
  fork(): Decoder {
    const other = new Decoder(this.#outer);
    other.#text = this.#text;
    other.#length = this.#length;
    for (const one of this.#pieces) other.#pieces.push(one);
    return other;
  }

  finish(): Source {
    const { layers, doubtful, nesting } = this.#outer;
    return new Source(this.#text, this.#outer, 0, this.#pieces, layers, doubtful, nesting);
  }
}
