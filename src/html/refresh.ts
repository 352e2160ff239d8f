import type { Span } from '../span.ts';

/** Vertical tabs, too, which are white space to Chromium here. */
function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function skipSpace(text: string, at: number): number {
  let next = at;
  while (next < text.length && isSpace(text.charCodeAt(next))) next += 1;
  return next;
}

/**
 * The URL of a `<meta http-equiv=refresh content>` (HTML 4.2.5.3, shared declarative refresh steps); empty: it reloads only. A quoted one
 * ends at the first such quote or, to Chromium, at the last.
 */
export function readRefresh(text: string): readonly Span[] {
  let at = skipSpace(text, 0);
  while (at < text.length && '0123456789.'.includes(text.charAt(at))) at += 1;
  at = skipSpace(text, at);
  if (text.charAt(at) === ';' || text.charAt(at) === ',') at = skipSpace(text, at + 1);
  if (text.slice(at, at + 3).toLowerCase() === 'url') {
    const equals = skipSpace(text, at + 3);
    if (text.charAt(equals) === '=') at = skipSpace(text, equals + 1);
  }
  const quote = text.charAt(at);
  if (quote !== '"' && quote !== "'") return spanUpTo(text, at, text.length);
  const first = text.indexOf(quote, at + 1);
  const last = text.lastIndexOf(quote);
  if (first < 0) return spanUpTo(text, at + 1, text.length);
  const whole = spanUpTo(text, at + 1, last);
  return first === last ? whole : [...spanUpTo(text, at + 1, first), ...whole];
}

/** White space beyond ASCII, which Chromium takes off the URL here and nowhere else. */
function isWideSpace(code: number): boolean {
  return (
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x205f ||
    code === 0x3000 ||
    code === 0x1680
  );
}

function spanUpTo(text: string, from: number, behind: number): readonly Span[] {
  let start = from;
  let end = behind;
  const isPadding = (at: number): boolean => isSpace(text.charCodeAt(at)) || isWideSpace(text.charCodeAt(at));
  while (end > start && isPadding(end - 1)) end -= 1;
  while (start < end && isPadding(start)) start += 1;
  return end > start ? [{ start, end }] : [];
}
