import { isSpace } from './characters.ts';

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
}

export interface RawTag {
  readonly nameStart: number;
  readonly nameEnd: number;
  /** The attributes that were asked for; all of them where a tag is doubtful. */
  readonly attributes: readonly RawAttribute[];
  /** How many attributes the tag has. */
  readonly count: number;
  /** Behind the `>`, or the end of the text. */
  readonly end: number;
  /** A `>` was found. */
  readonly closed: boolean;
  readonly selfClosing: boolean;
}

/** The end of a tag's or attribute's name that begins at `at`: white space, `/`, `>` (and `=` behind the first character of an attribute's). */
export function nameEnd(text: string, at: number, attribute: boolean): number {
  let end = attribute ? at + 1 : at;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === 0x3e || code === 0x2f || isSpace(code) || (attribute && code === 0x3d)) break;
  }
  return Math.min(end, text.length);
}

/** The first character of the next attribute's name at or behind `at`, or the `>`, or the end of the text. */
export function skipToAttribute(text: string, at: number): number {
  let next = at;
  while (next < text.length) {
    const code = text.charCodeAt(next);
    if (code !== 0x2f && !isSpace(code)) break;
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

  /** Reads the attribute whose name begins at `at`, as the tokenizer of HTML does (13.2.5.32 to 13.2.5.39). */
  read(text: string, at: number): void {
    const end = nameEnd(text, at, true);
    this.nameStart = at;
    this.nameEnd = end;
    this.valueStart = this.valueEnd = this.end = end;
    this.quote = '';
    let next = end;
    while (next < text.length && isSpace(text.charCodeAt(next))) next += 1;
    if (text.charCodeAt(next) !== 0x3d) return;
    next += 1;
    while (next < text.length && isSpace(text.charCodeAt(next))) next += 1;
    const code = text.charCodeAt(next);
    if (code === 0x22 || code === 0x27) {
      this.quote = code === 0x22 ? '"' : "'";
      const close = text.indexOf(this.quote, next + 1);
      this.valueStart = next + 1;
      this.valueEnd = close < 0 ? text.length : close;
      this.end = Math.min(text.length, this.valueEnd + 1);
      return;
    }
    this.valueStart = next;
    while (next < text.length) {
      const value = text.charCodeAt(next);
      if (value === 0x3e || isSpace(value)) break;
      next += 1;
    }
    this.valueEnd = this.end = next;
  }

  copy(): RawAttribute {
    const { nameStart, valueStart, valueEnd, end, quote } = this;
    return { nameStart, nameEnd: this.nameEnd, valueStart, valueEnd, end, quote };
  }
}

const reader = new AttributeReader();
const NONE: readonly RawAttribute[] = [];

export function readAttribute(text: string, at: number): RawAttribute {
  reader.read(text, at);
  return reader.copy();
}

/** Reads the tag whose name begins at `nameStart`, with those of its attributes whose name is wanted. */
export function readTag(
  text: string,
  nameStart: number,
  wanted: (text: string, start: number, end: number) => boolean,
): RawTag {
  const end = nameEnd(text, nameStart, false);
  let attributes: RawAttribute[] | undefined;
  let count = 0;
  let at = skipToAttribute(text, end);
  while (at < text.length && text.charCodeAt(at) !== 0x3e) {
    reader.read(text, at);
    count += 1;
    if (wanted(text, at, reader.nameEnd)) {
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
    end: closed ? at + 1 : text.length,
    closed,
    selfClosing: closed && text.charCodeAt(at - 1) === 0x2f,
  };
}
