import { attributeNameAt, prefixedNameAt } from './attribute-names.ts';
import type { AttributeName } from './attribute-names.ts';
import { isSpace } from './characters.ts';
import { nameEnd } from './names.ts';

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

  /** Reads the attribute whose name begins at `at`, as the tokenizer of HTML does (13.2.5.32 to 13.2.5.39). */
  read(text: string, at: number): void {
    const end = nameEnd(text, at, true);
    this.nameStart = at;
    this.nameEnd = end;
    this.valueStart = this.valueEnd = this.end = end;
    this.quote = '';
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
      const close = text.indexOf(this.quote, next + 1);
      this.valueStart = next + 1;
      this.valueEnd = close < 0 ? text.length : close;
      this.end = Math.min(text.length, this.valueEnd + 1);
      return;
    }
    next = Math.min(next, text.length);
    this.valueStart = next;
    while (next < text.length) {
      const value = text.charCodeAt(next);
      if (value === 0x3e || isSpace(value)) break;
      next += 1;
    }
    this.valueEnd = this.end = next;
  }

  copy(): RawAttribute {
    const { nameStart, valueStart, valueEnd, end, quote, known } = this;
    return { nameStart, nameEnd: this.nameEnd, valueStart, valueEnd, end, quote, known };
  }
}

const reader = new AttributeReader();
const NONE: readonly RawAttribute[] = [];

/** What is read of the attribute; good until the next one is. */
export function peekAttribute(text: string, at: number): ReadName {
  reader.read(text, at);
  return reader;
}

export function readAttribute(text: string, at: number): RawAttribute {
  reader.read(text, at);
  return reader.copy();
}

/** Whether a `style` attribute's value, as it is written, can hold a URL or a reference that may spell one. */
function mayHoldCssUrl(value: string): boolean {
  return value.includes('(') || value.includes('&') || value.includes('\\') || value.includes('--');
}

/** Whether an attribute may hold a place; one of `style` that says nothing but colours and sizes does not. */
export function mayHoldPlace(text: string, attribute: ReadName): boolean {
  const kind = attribute.known?.kind;
  if (kind === undefined) return false;
  return kind !== 'style' || mayHoldCssUrl(text.slice(attribute.valueStart, attribute.valueEnd));
}

/**
 * Reads the tag whose name begins at `nameStart`, with those of its attributes that may hold a place, or all. Of a tag that ends behind
 * `limit`, no more is promised than that `end` is behind it, too.
 */
export function readTag(text: string, nameStart: number, all = false, limit = Infinity): RawTag {
  const end = nameEnd(text, nameStart, false);
  let attributes: RawAttribute[] | undefined;
  let count = 0;
  let marks = 0;
  let at = skipToAttribute(text, end);
  while (at < text.length && text.charCodeAt(at) !== 0x3e && at <= limit) {
    reader.read(text, at);
    count += 1;
    marks |= reader.mark;
    if (all || mayHoldPlace(text, reader)) {
      if (attributes === undefined) attributes = [reader.copy()];
      else attributes.push(reader.copy());
    }
    at = skipToAttribute(text, reader.end);
  }
  const closed = at < text.length;
  return {
    nameStart,
    nameEnd: end,
    attributes: attributes ?? NONE,
    count,
    marks,
    end: closed ? at + 1 : text.length,
    closed,
    selfClosing: closed && text.charCodeAt(at - 1) === 0x2f,
  };
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
