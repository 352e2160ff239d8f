import { isSpace } from './characters.ts';

const SHAPES = 4096;

/** Finds which of a few names stands in a text, in any case, without cutting it out. */
export class NameTable<T extends { readonly name: string }> {
  readonly #byShape = Array.from<readonly T[] | undefined>({ length: SHAPES });

  constructor(all: readonly T[]) {
    for (const one of all) {
      const shape = shapeOf(one.name, 0, one.name.length);
      this.#byShape[shape] = [...(this.#byShape[shape] ?? []), one];
    }
  }

  find(text: string, start: number, end: number): T | undefined {
    if (end - start >= 32) return undefined;
    const list = this.#byShape[shapeOf(text, start, end)];
    if (list === undefined) return undefined;
    for (const one of list)
      if (one.name.length === end - start && standsAt(text, start, one.name)) return one;
    return undefined;
  }
}

/** First and last letter and length tell most names apart. */
function shapeOf(text: string, start: number, end: number): number {
  const first = text.charCodeAt(start) & 31;
  const last = text.charCodeAt(end - 1) & 31;
  return ((first << 7) ^ (last << 2) ^ (end - start)) & (SHAPES - 1);
}

/** Whether the name, of lower-case letters, stands there in any case. */
export function standsAt(text: string, start: number, name: string): boolean {
  for (let at = 0; at < name.length; at += 1) {
    if ((text.charCodeAt(start + at) | 0x20) !== name.charCodeAt(at)) return false;
  }
  return true;
}

/** The end of a tag's or attribute's name that begins at `at`: white space, `/`, `>` (and `=` behind the first character of an attribute's). */
export function nameEnd(text: string, at: number, attribute: boolean): number {
  let end = attribute ? at + 1 : at;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    // Letters are behind all that ends a name.
    if (code > 0x3e) continue;
    if (code === 0x3e || code === 0x2f || isSpace(code) || (attribute && code === 0x3d)) break;
  }
  return Math.min(end, text.length);
}

/** The name behind the prefix. */
export function localName(name: string): string {
  for (let at = name.length - 1; at >= 0; at -= 1)
    if (name.charCodeAt(at) === 0x3a) return name.slice(at + 1);
  return name;
}

/** No name that anybody asks for is longer. */
const MAX_LOCAL = 64;

/** Where the name behind the prefix begins that stands in [start, end); `start`, where there is none. */
export function localStart(text: string, start: number, end: number): number {
  const limit = Math.max(start, end - MAX_LOCAL);
  for (let at = end - 1; at >= limit; at -= 1) if (text.charCodeAt(at) === 0x3a) return at + 1;
  return start;
}
