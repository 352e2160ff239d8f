import { hexDigit, isNewline, isSpace } from './characters.ts';
import { Decoder } from './source.ts';
import type { Source } from './source.ts';

interface Escape {
  readonly text: string;
  readonly end: number;
}

/** The escape whose `\` stands at `at` (CSS Syntax 4.3.7); undefined where it is none. */
function readEscape(text: string, at: number): Escape | undefined {
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

/** Whether the escape may be undone before tokenizing without a change of meaning: `\75rl(` is `url(` to a browser, not to css-tree. */
function isPlain(character: string): boolean {
  return /^[A-Za-z_-]$/.test(character);
}

/**
 * Makes the text one that css-tree reads as browsers do: letters are unescaped, so that names compare, and NUL is U+FFFD (css-tree takes
 * it for the end). Texts without `\` and NUL cost nothing.
 */
export function plainCss(source: Source): Source {
  const text = source.text;
  if (!text.includes('\\') && !text.includes('\0')) return source;
  const built = new Decoder(source);
  let copied = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0) {
      built.copy(copied, at);
      built.put('\uFFFD', at, at + 1);
      copied = at + 1;
    }
    if (code !== 0x5c) continue;
    const escape = readEscape(text, at);
    if (escape === undefined) continue;
    if (isPlain(escape.text)) {
      built.copy(copied, at);
      built.put(escape.text, at, escape.end);
      copied = escape.end;
    } else if (hexDigit(text.charCodeAt(at + 1)) >= 0 && text.charCodeAt(escape.end) === 0x5c) {
      // A following escape may become a hex digit and would lengthen this one.
      built.copy(copied, escape.end);
      built.put(' ', escape.end, escape.end);
      copied = escape.end;
    }
    at = escape.end - 1;
  }
  built.copy(copied, text.length);
  return built.finish();
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
