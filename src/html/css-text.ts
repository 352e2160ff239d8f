import { hexDigit, isNewline, isSpace } from './characters.ts';

interface Escape {
  readonly text: string;
  readonly end: number;
}

/** The escape whose `\` stands at `at` (CSS Syntax 4.3.7); undefined where it is none. */
export function readEscape(text: string, at: number): Escape | undefined {
  const next = text.charCodeAt(at + 1);
  if (Number.isNaN(next) || isNewline(next)) return undefined;
  if (hexDigit(next) < 0) {
    const symbol = String.fromCodePoint(text.codePointAt(at + 1) ?? next);
    return { text: symbol, end: at + 1 + symbol.length };
  }
  let code = 0;
  let end = at + 1;
  for (; end < Math.min(text.length, at + 7); end += 1) {
    const digit = hexDigit(text.charCodeAt(end));
    if (digit < 0) break;
    code = code * 16 + digit;
  }
  if (text.startsWith('\r\n', end)) end += 2;
  else if (end < text.length && isSpace(text.charCodeAt(end))) end += 1;
  const invalid = code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return { text: invalid ? '\uFFFD' : String.fromCodePoint(code), end };
}

/** What a string or an unquoted url( ) says: escapes decoded, escaped line breaks gone. */
export function unescapeCss(text: string): string {
  if (!text.includes('\\')) return text;
  let out = '';
  let copied = 0;
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', copied)) {
    out += text.slice(copied, at);
    const escape = readEscape(text, at);
    if (escape !== undefined) {
      out += escape.text;
      copied = escape.end;
    } else {
      copied = text.startsWith('\r\n', at + 1) ? at + 3 : at + 2;
    }
  }
  return out + text.slice(copied);
}

/** Only letters, `_` and `-` in the place of their escapes, so that names compare and what is escaped for its meaning stays so. */
export function unescapeLetters(text: string): string {
  if (!text.includes('\\')) return text;
  let out = '';
  let copied = 0;
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at)) {
    const escape = readEscape(text, at);
    if (escape !== undefined && /^[A-Za-z_-]$/.test(escape.text)) {
      out += text.slice(copied, at) + escape.text;
      copied = escape.end;
    }
    at = escape?.end ?? at + 1;
  }
  return out + text.slice(copied);
}

/** Whether a declaration list can hold a URL at all: the cheap question asked of every `style` attribute. */
export function mayHoldUrl(text: string): boolean {
  if (text.includes('\\') || text.includes('--')) return true;
  const quoted = text.includes("'") || text.includes('"');
  for (let at = text.indexOf('('); at >= 0; at = text.indexOf('(', at + 1)) {
    if (quoted) return true;
    if ((text.charCodeAt(at - 1) | 0x20) === 0x6c && (text.charCodeAt(at - 2) | 0x20) === 0x72) return true;
  }
  return false;
}
