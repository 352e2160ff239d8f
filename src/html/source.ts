import type { Span } from '../span.ts';
import type { Layer } from './place.ts';

/**
 * A text to be scanned and where each of its characters stands in the text of the part. Without `starts` it is a slice of the part's text
 * that begins at `base`; with them it was decoded (character references, percent or CSS escapes), and one of its characters may stand
 * for several there.
 */
export interface Source {
  readonly text: string;
  readonly base: number;
  readonly starts: Int32Array | undefined;
  readonly ends: Int32Array | undefined;
  /** Encodings around it, outermost first. */
  readonly layers: readonly Layer[];
  readonly doubtful: boolean;
  readonly nesting: number;
}

/** The text of a part itself. */
export function wholeText(text: string): Source {
  return { text, base: 0, starts: undefined, ends: undefined, layers: [], doubtful: false, nesting: 0 };
}

/** The characters of the part's text that stand for [start, end) of the source. */
export function spanOf(source: Source, start: number, end: number): Span {
  if (source.starts === undefined || source.ends === undefined) {
    return { start: source.base + start, end: source.base + end };
  }
  const first = startOf(source, start);
  return { start: first, end: end > start ? (source.ends[end - 1] ?? first) : first };
}

/** Where the character at `at` of the source begins in the part's text; behind the last one, where the source ends. */
export function startOf(source: Source, at: number): number {
  if (source.starts === undefined || source.ends === undefined) return source.base + at;
  return at < source.text.length ? (source.starts[at] ?? 0) : (source.ends[at - 1] ?? source.base);
}

/** A part of a source under one more layer. */
export function slice(source: Source, start: number, end: number, layers: readonly Layer[]): Source {
  return {
    ...source,
    text: source.text.slice(start, end),
    base: startOf(source, start),
    starts: source.starts?.subarray(start, end),
    ends: source.ends?.subarray(start, end),
    layers: layers.length === 0 ? source.layers : [...source.layers, ...layers],
  };
}

/** Builds a decoded source: characters in order, each with the characters of the outer source that it stands for. */
export class Decoder {
  readonly #outer: Source;
  readonly #pieces: string[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  constructor(outer: Source) {
    this.#outer = outer;
  }

  /** Copies [start, end) of the outer source as it is. */
  copy(start: number, end: number): void {
    if (end <= start) return;
    this.#pieces.push(this.#outer.text.slice(start, end));
    for (let at = start; at < end; at += 1) this.#mark(at, at + 1);
  }

  /** Puts `text` in the place of [start, end) of the outer source. */
  put(text: string, start: number, end: number): void {
    this.#pieces.push(text);
    for (let unit = 0; unit < text.length; unit += 1) this.#mark(start, end);
  }

  #mark(start: number, end: number): void {
    const span = spanOf(this.#outer, start, end);
    this.#starts.push(span.start);
    this.#ends.push(span.end);
  }

  finish(layers: readonly Layer[] = []): Source {
    return {
      ...this.#outer,
      text: this.#pieces.join(''),
      base: startOf(this.#outer, 0),
      starts: Int32Array.from(this.#starts),
      ends: Int32Array.from(this.#ends),
      layers: layers.length === 0 ? this.#outer.layers : [...this.#outer.layers, ...layers],
    };
  }
}
