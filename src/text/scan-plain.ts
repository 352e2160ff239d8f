import type { Place } from '../html/place.ts';
import { parseUrl } from '../url/index.ts';
import { endsUrl, trimmedEnd } from './url-end.ts';

export interface PlainOptions {
  /** RFC 3676 `format=flowed`. */
  readonly flowed: boolean;
  /** RFC 3676 `delsp=yes`: the space before a soft line break is not part of the text. */
  readonly delsp: boolean;
}

/** A URL in plain text; in angle brackets (`<URL>`) its end is certain, whatever it ends with. */
export interface PlainPlace extends Place {
  readonly bracketed: boolean;
}

/** Lines shorter than this are not taken for ones that a mailer broke inside a URL. */
const brokenLineMin = 60;

interface Run {
  /** Text behind the URL's last character. */
  readonly end: number;
  readonly value: string;
  readonly isBroken: boolean;
}

function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a);
}

function lineEndLength(text: string, at: number): number {
  if (text.startsWith('\r\n', at)) return 2;
  return text.charAt(at) === '\n' || text.charAt(at) === '\r' ? 1 : 0;
}

function runEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !endsUrl(text.charCodeAt(at))) at += 1;
  return at;
}

/** Whether what follows a line break reads like the rest of a URL and like no word. */
function isContinuation(text: string, from: number): boolean {
  const end = runEnd(text, from);
  const token = text.slice(from, Math.min(end, from + 200));
  if (token.length < 4 || token.startsWith('http')) return false;
  for (const character of token) if (character >= '\u0080') return false;
  return /[%=&?/_]/.test(token) || (/\d/.test(token) && /[A-Za-z]/.test(token));
}

/** The URL that starts here, over soft line breaks where the format joins them; `isBroken` where it goes on in a way nobody can be sure of. */
function readRun(text: string, start: number, options: PlainOptions, isBracketed: boolean): Run {
  const pieces: string[] = [];
  let from = start;
  for (;;) {
    const end = runEnd(text, from);
    pieces.push(text.slice(from, end));
    const joins =
      options.flowed && options.delsp && text.charAt(end) === ' ' ? lineEndLength(text, end + 1) : 0;
    if (joins > 0) {
      from = end + 1 + joins;
      // A quoted line carries its depth marks again: the joined URL has no span of its own characters.
      if (text.charAt(from) === '>') return { end, value: pieces.join(''), isBroken: true };
      if (text.charAt(from) === ' ') from += 1;
      continue;
    }
    const value = pieces.join('');
    const lineEnd = lineEndLength(text, end);
    if (lineEnd === 0) return { end, value, isBroken: false };
    const next = end + lineEnd;
    if (isBracketed)
      return { end, value, isBroken: text.charAt(runEnd(text, next)) === '>' && runEnd(text, next) > next };
    const lineStart = text.lastIndexOf('\n', start) + 1;
    return { end, value, isBroken: end - lineStart >= brokenLineMin && isContinuation(text, next) };
  }
}

function placeAt(text: string, start: number, run: Run, isBracketed: boolean): PlainPlace | undefined {
  const isJoined = run.value.length !== run.end - start;
  const end = isBracketed || isJoined ? run.end : trimmedEnd(text, start, run.end);
  const value = isJoined
    ? run.value.slice(0, trimmedEnd(run.value, 0, run.value.length))
    : text.slice(start, end);
  if (parseUrl(value) === undefined) return undefined;
  return {
    channel: 'text',
    element: undefined,
    attribute: undefined,
    value,
    urls: [new URL(value).href],
    span: { start, end: isJoined ? end - (run.value.length - value.length) : end },
    layers: [],
    doubtful: false,
    bracketed: isBracketed,
  };
}

/** The next `http://` or `https://` in any case, not inside a word. */
function nextScheme(text: string, scheme: RegExp, from: number): number {
  scheme.lastIndex = from;
  for (let found = scheme.exec(text); found; found = scheme.exec(text)) {
    if (found.index === 0 || !isAlphanumeric(text.charCodeAt(found.index - 1))) return found.index;
  }
  return -1;
}

/**
 * Every absolute http(s) URL that a client would make a link of in a plain text part, in order. A URL broken over lines is one place where
 * the format joins them (`delsp=yes`), and no place at all where only a guess could. Linear in the text.
 */
export function scanPlain(text: string, options: PlainOptions): readonly PlainPlace[] {
  const places: PlainPlace[] = [];
  const scheme = /https?:\/\//gi;
  let at = nextScheme(text, scheme, 0);
  while (at >= 0) {
    const isOpen = text.charAt(at - 1) === '<';
    const run = readRun(text, at, options, isOpen);
    const isBracketed = isOpen && text.charAt(run.end) === '>';
    const place = run.isBroken ? undefined : placeAt(text, at, run, isBracketed);
    if (place !== undefined) places.push(place);
    at = nextScheme(text, scheme, Math.max(run.end, at + 8));
  }
  return places;
}
