import { isSpace } from './characters.ts';

/** Where the parts of one attribute stand; a flat record, as it is filled for every attribute of a message. */
export interface RawAttribute {
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Equal to `nameEnd` where there is no value. */
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Behind the closing quote. */
  readonly end: number;
  readonly quote: '"' | "'" | '';
}

export interface RawTag {
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly attributes: readonly RawAttribute[];
  /** Behind the `>`, or the end of the text. */
  readonly end: number;
  /** A `>` was found. */
  readonly closed: boolean;
  readonly selfClosing: boolean;
}

const QUOTES = { 0x22: '"', 0x27: "'" } as const;

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

/** Reads the attribute whose name begins at `at`, as the tokenizer of HTML does (13.2.5.32 to 13.2.5.39). */
export function readAttribute(text: string, at: number): RawAttribute {
  const end = nameEnd(text, at, true);
  let next = end;
  while (next < text.length && isSpace(text.charCodeAt(next))) next += 1;
  if (text.charCodeAt(next) !== 0x3d) {
    return { nameStart: at, nameEnd: end, valueStart: end, valueEnd: end, end, quote: '' };
  }
  next += 1;
  while (next < text.length && isSpace(text.charCodeAt(next))) next += 1;
  const code = text.charCodeAt(next);
  if (code === 0x22 || code === 0x27) {
    const quote = QUOTES[code];
    const close = text.indexOf(quote, next + 1);
    const valueEnd = close < 0 ? text.length : close;
    return {
      nameStart: at,
      nameEnd: end,
      valueStart: next + 1,
      valueEnd,
      end: Math.min(text.length, valueEnd + 1),
      quote,
    };
  }
  let valueEnd = next;
  for (; valueEnd < text.length; valueEnd += 1) {
    const value = text.charCodeAt(valueEnd);
    if (value === 0x3e || isSpace(value)) break;
  }
  return { nameStart: at, nameEnd: end, valueStart: next, valueEnd, end: valueEnd, quote: '' };
}

/** Reads the tag whose name begins at `nameStart`. */
export function readTag(text: string, nameStart: number): RawTag {
  const end = nameEnd(text, nameStart, false);
  const attributes: RawAttribute[] = [];
  let at = skipToAttribute(text, end);
  while (at < text.length && text.charCodeAt(at) !== 0x3e) {
    const attribute = readAttribute(text, at);
    attributes.push(attribute);
    at = skipToAttribute(text, attribute.end);
  }
  const closed = at < text.length;
  return {
    nameStart,
    nameEnd: end,
    attributes,
    end: closed ? at + 1 : text.length,
    closed,
    selfClosing: closed && text.charCodeAt(at - 1) === 0x2f,
  };
}
