import { hexDigit, isLetter, isNewline, isSpace } from './characters.ts';
import { unescapeCss } from './css-text.ts';

/** Kinds of tokens (CSS Syntax 4) that say where a URL may stand. */
export const END = 0;
export const IDENT = 1;
export const FUNCTION = 2;
export const AT_KEYWORD = 3;
export const STRING = 4;
export const BAD_STRING = 5;
export const URL_TOKEN = 6;
export const BAD_URL = 7;
export const COLON = 8;
export const SEMICOLON = 9;
export const OPEN_BLOCK = 10;
export const CLOSE_BLOCK = 11;
export const OPEN_PARENTHESIS = 12;
export const CLOSE_PARENTHESIS = 13;
/** Number, hash, comma, delimiter: nothing that anybody here asks for. */
export const OTHER = 14;

/** What a character of ASCII can be the beginning of. */
const ODD = 0;
const SPACE = 1;
const NAME = 2;
const DIGIT = 3;
/** A token of its own: 4 and the token's kind. */
const SINGLE = 4;

const ASCII = 128;
const CLASSES = new Uint8Array(ASCII);
/** Parts of names: letters, digits, `-`, `_`, and NUL, which is U+FFFD to a parser of CSS. */
const NAMES = new Uint8Array(ASCII);
for (let code = 0; code < ASCII; code += 1) {
  const isDigit = code >= 0x30 && code <= 0x39;
  const isName = isLetter(code) || code === 0x5f || code === 0;
  if (isSpace(code)) CLASSES[code] = SPACE;
  else if (isName) CLASSES[code] = NAME;
  else if (isDigit) CLASSES[code] = DIGIT;
  if (isName || isDigit || code === 0x2d) NAMES[code] = 1;
}
/** Tokens of their own that nobody asks for, but where a statement begins. */
const DELIMITERS = new Uint8Array(ASCII);
for (const character of '!$%&*,=>?[]^`|~') DELIMITERS[character.charCodeAt(0)] = 1;
/** Characters that can bear on where a URL stands, beside `<!--` and comments. */
const WEIGHTY = new Uint8Array(ASCII);
for (const character of '"\'(){}:;@\\/<') WEIGHTY[character.charCodeAt(0)] = 1;

const singles: readonly (readonly [string, number])[] = [
  [':', COLON],
  [';', SEMICOLON],
  ['{', OPEN_BLOCK],
  ['}', CLOSE_BLOCK],
  ['(', OPEN_PARENTHESIS],
  [')', CLOSE_PARENTHESIS],
];
for (const [character, kind] of singles) CLASSES[character.charCodeAt(0)] = SINGLE + kind;

function classOf(code: number): number {
  return code < ASCII ? (CLASSES[code] ?? ODD) : code >= ASCII ? NAME : ODD;
}

function isNameCharacter(code: number): boolean {
  return code < ASCII ? NAMES[code] === 1 : code >= ASCII;
}

/**
 * The tokens of one text, one after the other, as CSS Syntax 4 cuts it. Escapes are read as such everywhere. White space and comments are
 * passed over. Linear: no character is looked at again but a few at a token's beginning.
 */
export class CssTokens {
  #text = '';
  #at = 0;
  /** Of the token read last. */
  start = 0;
  end = 0;
  /** Of the characters inside a string or url( ), or of a name without its `@` or `(`. */
  innerStart = 0;
  innerEnd = 0;

  constructor(text = '') {
    this.#text = text;
  }

  /** Begins with another text. */
  begin(text: string): void {
    this.#text = text;
    this.#at = 0;
  }

  /** Whether CDO or CDC was the token read last: they do not begin a statement. */
  isCommentMark = false;

  /**
   * Reads the next token. `weighty`: the next one that can bear on where a URL stands; names and numbers are passed over. `first`: what begins
   * a statement, be it a delimiter.
   */
  next(weighty: boolean, first = true): number {
    const text = this.#text;
    let at = weighty ? this.#skip(this.#at) : this.#at;
    this.isCommentMark = false;
    for (;;) {
      const code = text.charCodeAt(at);
      const kind = classOf(code);
      if (kind === SPACE || (kind === ODD && !first && DELIMITERS[code] === 1)) at += 1;
      else if (code === 0x2f && text.charCodeAt(at + 1) === 0x2a) at = this.#commentEnd(at + 2);
      else {
        this.start = at;
        if (kind > SINGLE) {
          this.#at = this.end = at + 1;
          return kind - SINGLE;
        }
        if (kind === NAME) return this.#named(at);
        if (kind === DIGIT) return this.#number(at);
        if (at < text.length) return this.#odd(at, code);
        this.#at = this.end = at;
        return END;
      }
    }
  }

  /** The beginning of the next token that bears on anything. */
  #skip(from: number): number {
    const text = this.#text;
    for (let at = from; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code >= ASCII || WEIGHTY[code] !== 1) continue;
      if (code === 0x28 || code === 0x5c) return this.#nameStart(at, from);
      if (code === 0x2f && text.charCodeAt(at + 1) !== 0x2a) continue;
      if (code === 0x3c && !text.startsWith('!--', at + 1)) continue;
      return at;
    }
    return text.length;
  }

  /** Where the name or number in front of `at` begins, a hash with its `#`: what a `(` or an escape belongs to. */
  #nameStart(at: number, from: number): number {
    const text = this.#text;
    let start = at;
    while (start > from && isNameCharacter(text.charCodeAt(start - 1))) start -= 1;
    return start > from && text.charCodeAt(start - 1) === 0x23 ? start - 1 : start;
  }

  #odd(at: number, code: number): number {
    const text = this.#text;
    const next = text.charCodeAt(at + 1);
    switch (code) {
      case 0x22:
      case 0x27:
        return this.#string(at, code);
      case 0x23:
        if (isNameCharacter(next) || isEscape(text, at + 1)) return this.#to(nameEnd(text, at + 1), OTHER);
        break;
      case 0x2b:
      case 0x2e:
        if (startsNumber(text, at)) return this.#number(at);
        break;
      case 0x2d:
        if (startsNumber(text, at)) return this.#number(at);
        if (next === 0x2d && text.charCodeAt(at + 2) === 0x3e) return this.#mark(at + 3);
        if (startsName(text, at)) return this.#named(at);
        break;
      case 0x3c:
        if (text.startsWith('!--', at + 1)) return this.#mark(at + 4);
        break;
      case 0x40:
        if (!startsName(text, at + 1)) break;
        this.innerStart = at + 1;
        this.innerEnd = nameEnd(text, at + 1);
        return this.#to(this.innerEnd, AT_KEYWORD);
      case 0x5c:
        if (isEscape(text, at)) return this.#named(at);
        break;
      default:
    }
    return this.#to(at + 1, OTHER);
  }

  #to(end: number, kind: number): number {
    this.#at = this.end = end;
    return kind;
  }

  #mark(end: number): number {
    this.isCommentMark = true;
    return this.#to(end, OTHER);
  }

  #commentEnd(from: number): number {
    const close = this.#text.indexOf('*/', from);
    return close < 0 ? this.#text.length : close + 2;
  }

  #string(at: number, quote: number): number {
    const text = this.#text;
    this.innerStart = at + 1;
    let end = at + 1;
    for (; end < text.length; end += 1) {
      const code = text.charCodeAt(end);
      if (code === quote) {
        this.innerEnd = end;
        return this.#to(end + 1, STRING);
      }
      if (code === 0x5c) {
        // A hex escape takes the white space behind it along, even a line break that would end the string.
        if (isEscape(text, end)) end = escapeEnd(text, end) - 1;
        else end += text.startsWith('\r\n', end + 1) ? 2 : 1;
      } else if (isNewline(code)) {
        this.innerEnd = end;
        return this.#to(end, BAD_STRING);
      }
    }
    this.innerEnd = text.length;
    return this.#to(text.length, STRING);
  }

  #number(at: number): number {
    const text = this.#text;
    let end = at;
    let code = text.charCodeAt(end);
    if (code === 0x2b || code === 0x2d) end += 1;
    end = digitsEnd(text, end);
    if (text.charCodeAt(end) === 0x2e && isDigit(text.charCodeAt(end + 1))) end = digitsEnd(text, end + 1);
    code = text.charCodeAt(end) | 0x20;
    if (code === 0x65) {
      const sign = text.charCodeAt(end + 1);
      const from = sign === 0x2b || sign === 0x2d ? end + 2 : end + 1;
      if (isDigit(text.charCodeAt(from))) end = digitsEnd(text, from);
    }
    if (startsName(text, end)) end = nameEnd(text, end);
    else if (text.charCodeAt(end) === 0x25) end += 1;
    return this.#to(end, OTHER);
  }

  #named(at: number): number {
    const text = this.#text;
    const end = nameEnd(text, at);
    this.innerStart = at;
    this.innerEnd = end;
    if (text.charCodeAt(end) !== 0x28) return this.#to(end, IDENT);
    if (!isUrlName(text, at, end)) return this.#to(end + 1, FUNCTION);
    let inner = end + 1;
    while (isSpace(text.charCodeAt(inner))) inner += 1;
    const code = text.charCodeAt(inner);
    if (code === 0x22 || code === 0x27) return this.#to(end + 1, FUNCTION);
    return this.#url(inner);
  }

  #url(from: number): number {
    const text = this.#text;
    this.innerStart = from;
    let at = from;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 0x29) break;
      if (isSpace(code)) {
        let behind = at + 1;
        while (isSpace(text.charCodeAt(behind))) behind += 1;
        if (behind >= text.length || text.charCodeAt(behind) === 0x29) {
          this.innerEnd = at;
          return this.#to(Math.min(text.length, behind + 1), URL_TOKEN);
        }
        return this.#badUrl(behind);
      }
      if (code === 0x22 || code === 0x27 || code === 0x28 || isUnprintable(code)) return this.#badUrl(at);
      if (code === 0x5c) {
        if (!isEscape(text, at)) return this.#badUrl(at);
        at = escapeEnd(text, at) - 1;
      }
    }
    this.innerEnd = Math.min(at, text.length);
    return this.#to(Math.min(text.length, at + 1), URL_TOKEN);
  }

  #badUrl(from: number): number {
    const text = this.#text;
    let at = from;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === 0x29) break;
      if (code === 0x5c && isEscape(text, at)) at = escapeEnd(text, at) - 1;
    }
    this.innerEnd = Math.min(text.length, at + 1);
    return this.#to(this.innerEnd, BAD_URL);
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function digitsEnd(text: string, at: number): number {
  let end = at;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

function startsNumber(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  const digit = code === 0x2b || code === 0x2d ? at + 1 : at;
  if (isDigit(text.charCodeAt(digit))) return true;
  return text.charCodeAt(digit) === 0x2e && isDigit(text.charCodeAt(digit + 1));
}

/** Whether a name begins at `at` (CSS Syntax 4.3.9). */
function startsName(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (classOf(code) === NAME) return true;
  if (code !== 0x2d) return isEscape(text, at);
  const next = text.charCodeAt(at + 1);
  return next === 0x2d || classOf(next) === NAME || isEscape(text, at + 1);
}

function nameEnd(text: string, at: number): number {
  let end = at;
  for (;;) {
    const code = text.charCodeAt(end);
    if (isNameCharacter(code)) end += 1;
    else if (code === 0x5c && isEscape(text, end)) end = escapeEnd(text, end);
    else return end;
  }
}

function isEscape(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== 0x5c) return false;
  return at + 1 >= text.length || !isNewline(text.charCodeAt(at + 1));
}

/** Behind the escape whose `\` stands at `at`. */
function escapeEnd(text: string, at: number): number {
  let end = at + 1;
  if (hexDigit(text.charCodeAt(end)) < 0) return Math.min(text.length, end + 1);
  while (end < at + 7 && hexDigit(text.charCodeAt(end)) >= 0) end += 1;
  if (text.startsWith('\r\n', end)) return end + 2;
  return isSpace(text.charCodeAt(end)) ? end + 1 : end;
}

function isUnprintable(code: number): boolean {
  return (code > 0 && code <= 8) || code === 0x0b || (code >= 0x0e && code <= 0x1f) || code === 0x7f;
}

/** `url`, in any case and with any of its letters escaped. */
function isUrlName(text: string, start: number, end: number): boolean {
  if (end - start === 3)
    return (
      (text.charCodeAt(start) | 0x20) === 0x75 &&
      (text.charCodeAt(start + 1) | 0x20) === 0x72 &&
      (text.charCodeAt(start + 2) | 0x20) === 0x6c
    );
  // Each letter takes two to nine characters (`\\r`, `\\000075` and a line break of two).
  if (end - start < 4 || end - start > 27 || !text.slice(start, end).includes('\\')) return false;
  return unescapeCss(text.slice(start, end)).toLowerCase() === 'url';
}
