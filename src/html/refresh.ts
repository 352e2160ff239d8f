import { isSpace } from './characters.ts';

function skipSpace(text: string, at: number): number {
  let next = at;
  while (next < text.length && isSpace(text.charCodeAt(next))) next += 1;
  return next;
}

/** The URL of a `<meta http-equiv=refresh content>` (HTML 4.2.5.3, shared declarative refresh steps); undefined: it reloads only. */
export function readRefresh(text: string): { readonly start: number; readonly end: number } | undefined {
  let at = skipSpace(text, 0);
  while (at < text.length && '0123456789.'.includes(text.charAt(at))) at += 1;
  at = skipSpace(text, at);
  if (text.charAt(at) === ';' || text.charAt(at) === ',') at = skipSpace(text, at + 1);
  if (text.slice(at, at + 3).toLowerCase() === 'url') {
    const equals = skipSpace(text, at + 3);
    if (text.charAt(equals) === '=') at = skipSpace(text, equals + 1);
  }
  const quote = text.charAt(at);
  let end = text.length;
  if (quote === '"' || quote === "'") {
    at += 1;
    const close = text.indexOf(quote, at);
    if (close >= 0) end = close;
  }
  while (end > at && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return end > at ? { start: at, end } : undefined;
}
