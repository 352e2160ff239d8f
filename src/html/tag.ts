import { attributeNameAt, prefixedNameAt } from './attribute-names.ts';
import type { AttributeName } from './attribute-names.ts';
import { isSpace } from './characters.ts';
import { nameEnd } from './names.ts';
import type { Runs } from './runs.ts';

export type Quote = '"' | "'" | '';

/** Where the parts of one attribute stand. */
export interface RawAttribute {
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Equal to `valueEnd` where there is no value. */
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Behind the closing quote. */
  readonly end: number;
  readonly quote: Quote;
  /** What its local name is known for. */
  readonly known: AttributeName | undefined;
  /** Which of the characters below stand in the value; 0 where nobody asks, as the name is of no place. */
  readonly flags: number;
}

/** Bits of {@link RawAttribute.flags}. */
export const HAS_AMPERSAND = 1;
/** `<` or `>`. */
export const HAS_BRACKET = 2;
export const HAS_PARENTHESIS = 4;
export const HAS_BACKSLASH = 8;
export const HAS_QUOTE = 16;
/** `--` */
export const HAS_DASHES = 32;
/** `!` */
export const HAS_BANG = 64;

const FLAGS = new Uint8Array(128);
const flagged: readonly (readonly [string, number])[] = [
  ['&', HAS_AMPERSAND],
  ['<>', HAS_BRACKET],
  ['(', HAS_PARENTHESIS],
  ['\\', HAS_BACKSLASH],
  ['"\'', HAS_QUOTE],
  ['!', HAS_BANG],
];
for (const [characters, flag] of flagged)
  for (const character of characters) FLAGS[character.charCodeAt(0)] = flag;

/** White space or `>`, which ends an unquoted value. */
const ENDS = 128;
const UNQUOTED = FLAGS.map((flag, code) => (code === 0x3e || isSpace(code) ? ENDS : flag));

/** Values are looked through in one go up to here; what is longer (a picture in base64) is searched instead. */
const LONG = 1000;

function flagsIn(text: string, start: number, end: number): number {
  if (end - start > LONG) return flagsOfLong(text.slice(start, end));
  let flags = 0;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 128) flags |= FLAGS[code] ?? 0;
    if (code === 0x2d && text.charCodeAt(at + 1) === 0x2d) flags |= HAS_DASHES;
  }
  return flags;
}

function flagsOfLong(value: string): number {
  let flags = value.includes('--') ? HAS_DASHES : 0;
  for (const [characters, flag] of flagged)
    for (const character of characters) if (value.includes(character)) flags |= flag;
  return flags;
}

/** What is read of an attribute that nobody keeps. */
export type ReadName = Omit<RawAttribute, 'quote'>;

export interface RawTag {
  readonly nameStart: number;
  readonly nameEnd: number;
  /** The attributes that may hold a place, or all of the tag's (see `count`). */
  readonly attributes: readonly RawAttribute[];
  /** How many attributes the tag has. */
  readonly count: number;
  /** The bits of the known names among its attributes. */
  readonly marks: number;
  /** Behind the `>`, or the end of the text. */
  readonly end: number;
  /** A `>` was found. */
  readonly closed: boolean;
  readonly selfClosing: boolean;
}

export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The marks of a tag whose attributes were not told apart: it may have any. */
export const ANY_MARK = -1;

/** The first character of the next attribute's name at or behind `at`, or the `>`, or the end of the text. */
export function skipToAttribute(text: string, at: number): number {
  let next = at;
  while (next < text.length) {
    const code = text.charCodeAt(next);
    if (code > 0x2f || (code !== 0x2f && !isSpace(code))) break;
    next += 1;
  }
  return next;
}

/** One attribute under the reader's eyes: one object for all of them, as there are thousands in a newsletter. */
class AttributeReader {
  nameStart = 0;
  nameEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  end = 0;
  quote: Quote = '';
  known: AttributeName | undefined = undefined;
  /** Of the name as it is written. */
  mark = 0;
  flags = 0;

  /**
   * Reads the attribute whose name begins at `at`, as the tokenizer of HTML does (13.2.5.32 to 13.2.5.39). `runs`: of a long unquoted value that
   * other tags begin in, no more than that says. `times`: how often one that may hold a place will be looked through.
   */
  read(text: string, at: number, runs?: Runs, times = 1): void {
    const end = nameEnd(text, at, true);
    this.nameStart = at;
    this.nameEnd = end;
    this.valueStart = this.valueEnd = this.end = end;
    this.quote = '';
    this.flags = 0;
    const written = attributeNameAt(text, at, end);
    this.known = written ?? prefixedNameAt(text, at, end);
    this.mark = written === undefined ? 0 : written.mark;
    let next = end;
    let code = text.charCodeAt(next);
    while (isSpace(code)) code = text.charCodeAt((next += 1));
    if (code !== 0x3d) return;
    code = text.charCodeAt((next += 1));
    while (isSpace(code)) code = text.charCodeAt((next += 1));
    if (code === 0x22 || code === 0x27) {
      this.quote = code === 0x22 ? '"' : "'";
      this.valueStart = next + 1;
      this.valueEnd = this.#quoted(text, next + 1, code);
      this.end = Math.min(text.length, this.valueEnd + 1);
      return;
    }
    this.valueStart = Math.min(next, text.length);
    this.#unquoted(text, this.valueStart, runs, this.known?.kind === undefined ? 1 : times);
  }

  #unquoted(text: string, start: number, runs: Runs | undefined, times: number): void {
    const isKnown = this.known?.kind !== undefined;
    if (runs !== undefined) {
      this.end = runs.endOf(start);
      this.valueEnd = runs.stopOf(start, this.end, times);
      if (isKnown) this.flags = flagsIn(text, start, this.valueEnd);
      return;
    }
    let flags = 0;
    let end = start;
    for (; end < text.length; end += 1) {
      const code = text.charCodeAt(end);
      if (code >= 128) continue;
      const flag = UNQUOTED[code] ?? 0;
      if (flag === ENDS) break;
      flags |= flag;
      if (code === 0x2d && text.charCodeAt(end + 1) === 0x2d) flags |= HAS_DASHES;
    }
    this.valueEnd = this.end = end;
    if (isKnown) this.flags = flags;
  }

  /** Where the value ends that begins at `start`. */
  #quoted(text: string, start: number, quote: number): number {
    let at = start;
    if (this.known?.kind !== undefined) {
      // The characters that count are told on the way.
      const stop = Math.min(text.length, start + LONG);
      let flags = 0;
      for (; at < stop; at += 1) {
        const code = text.charCodeAt(at);
        if (code === quote) {
          this.flags = flags;
          return at;
        }
        if (code < 128) flags |= FLAGS[code] ?? 0;
        if (code === 0x2d && text.charCodeAt(at + 1) === 0x2d) flags |= HAS_DASHES;
      }
    }
    const close = text.indexOf(this.quote, at);
    const end = close < 0 ? text.length : close;
    if (this.known?.kind !== undefined) this.flags = flagsIn(text, start, end);
    return end;
  }

  copy(): RawAttribute {
    const { nameStart, valueStart, valueEnd, end, quote, known, flags } = this;
    return { nameStart, nameEnd: this.nameEnd, valueStart, valueEnd, end, quote, known, flags };
  }
}

const reader = new AttributeReader();
const NONE: readonly RawAttribute[] = [];

/** What is read of the attribute; good until the next one is, but for a copy. */
export function peekAttribute(text: string, at: number, runs?: Runs): ReadName & { copy(): RawAttribute } {
  reader.read(text, at, runs, 2);
  return reader;
}

export function readAttribute(text: string, at: number, runs?: Runs): RawAttribute {
  reader.read(text, at, runs);
  return reader.copy();
}

/** A `style` attribute's value, as it is written, can hold a URL or a reference that may spell one. */
const MAY_HOLD_CSS_URL = HAS_PARENTHESIS | HAS_AMPERSAND | HAS_BACKSLASH | HAS_DASHES;

/** Whether an attribute may hold a place; one of `style` that says nothing but colours and sizes does not. */
export function mayHoldPlace({ known, flags }: ReadName): boolean {
  const kind = known?.kind;
  return kind !== undefined && (kind !== 'style' || (flags & MAY_HOLD_CSS_URL) !== 0);
}

/**
 * Reads the tag whose name begins at `nameStart`, with those of its attributes that may hold a place, or all. Of a tag that ends behind
 * `limit`, no more is promised than that `end` is behind it, too.
 */
export function readTag(text: string, nameStart: number, all = false, limit = Infinity): RawTag {
  return readBehindName(text, nameStart, nameEnd(text, nameStart, false), all, limit);
}

/** The same, in which no `<` stands before `next`; good until the next one is read. */
export function readStartTag(text: string, nameStart: number, next: number): RawTag {
  const end = nameEnd(text, nameStart, false);
  if (text.charCodeAt(end) !== 0x3e || end > next)
    return readBehindName(text, nameStart, end, false, Infinity);
  bare.nameStart = nameStart;
  bare.nameEnd = end;
  bare.end = end + 1;
  return bare;
}

/** A tag without attributes: a text may have one in every few characters. */
const bare: Writable<RawTag> = rawTag(0, 0, NONE, 0, 0, 0, true, false);

function readBehindName(text: string, nameStart: number, end: number, all: boolean, limit: number): RawTag {
  let attributes: RawAttribute[] | undefined;
  let count = 0;
  let marks = 0;
  let at = skipToAttribute(text, end);
  while (at < text.length && text.charCodeAt(at) !== 0x3e && at <= limit) {
    reader.read(text, at);
    count += 1;
    marks |= reader.mark;
    if (all || mayHoldPlace(reader)) {
      if (attributes === undefined) attributes = [reader.copy()];
      else attributes.push(reader.copy());
    }
    at = skipToAttribute(text, reader.end);
  }
  const closed = at < text.length;
  const selfClosing = closed && text.charCodeAt(at - 1) === 0x2f;
  const behind = closed ? at + 1 : text.length;
  return rawTag(nameStart, end, attributes ?? NONE, count, marks, behind, closed, selfClosing);
}

/** All tags have one shape, whoever read them. */
export function rawTag(
  nameStart: number,
  nameEnd: number,
  attributes: readonly RawAttribute[],
  count: number,
  marks: number,
  end: number,
  closed: boolean,
  selfClosing: boolean,
): RawTag {
  return { nameStart, nameEnd, attributes, count, marks, end, closed, selfClosing };
}

/** Where the tag ends whose name ends at `nameStop`, as {@link readTag} says: behind its `>`; where there is none, the end of the text, as `~end`. */
export function skipTag(text: string, nameStop: number): number {
  let at = skipToAttribute(text, nameStop);
  while (at < text.length && text.charCodeAt(at) !== 0x3e)
    at = skipToAttribute(text, skipAttribute(text, at));
  return at < text.length ? at + 1 : ~text.length;
}

/** Behind the attribute whose name begins at `at`. */
function skipAttribute(text: string, at: number): number {
  const end = nameEnd(text, at, true);
  let next = end;
  let code = text.charCodeAt(next);
  while (isSpace(code)) code = text.charCodeAt((next += 1));
  if (code !== 0x3d) return end;
  code = text.charCodeAt((next += 1));
  while (isSpace(code)) code = text.charCodeAt((next += 1));
  if (code === 0x22 || code === 0x27) {
    const close = text.indexOf(code === 0x22 ? '"' : "'", next + 1);
    return close < 0 ? text.length : close + 1;
  }
  for (; next < text.length; next += 1) {
    code = text.charCodeAt(next);
    if (code === 0x3e || isSpace(code)) break;
  }
  return Math.min(next, text.length);
}

/** Tells the attributes of the tag whose name begins at `nameStart`, one by one, until `wanted` says that it has enough. */
export function eachAttribute(
  text: string,
  nameStart: number,
  wanted: (attribute: ReadName) => boolean,
): void {
  let at = skipToAttribute(text, nameEnd(text, nameStart, false));
  while (at < text.length && text.charCodeAt(at) !== 0x3e) {
    reader.read(text, at);
    const { end } = reader;
    if (!wanted(reader)) return;
    at = skipToAttribute(text, end);
  }
}
