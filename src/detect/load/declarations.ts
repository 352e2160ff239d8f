/** Declarations by lower-case property; `!important` is kept in the value. */
export type Declarations = ReadonlyMap<string, string>;

export const noDeclarations: Declarations = new Map();
const maxDeclarations = 200;

/**
 * Reads a `style` attribute far enough for sizes and visibility: splits at semicolons outside quotes, brackets and comments. The last of each
 * property wins, as in CSS. Linear.
 */
export function parseDeclarations(style: string): Declarations {
  const found = new Map<string, string>();
  for (const one of splitOutside(stripComments(style), ';')) {
    if (found.size >= maxDeclarations) break;
    const colon = one.indexOf(':');
    if (colon <= 0) continue;
    const name = one.slice(0, colon).trim().toLowerCase();
    const value = one
      .slice(colon + 1)
      .trim()
      .toLowerCase();
    const before = found.get(name);
    if (before?.includes('!important') === true && !value.includes('!important')) continue;
    found.set(name, value);
  }
  return found;
}

function stripComments(text: string): string {
  if (!text.includes('/*')) return text;
  const kept: string[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf('/*', at);
    if (open < 0) break;
    kept.push(text.slice(at, open));
    const close = text.indexOf('*/', open + 2);
    if (close < 0) return kept.join(' ');
    at = close + 2;
  }
  kept.push(text.slice(at));
  return kept.join(' ');
}

/** Splits at a separator that stands outside quotes and round or square brackets. */
export function splitOutside(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  const wanted = separator.charCodeAt(0);
  let start = 0;
  let depth = 0;
  let quote = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (quote !== 0) quote = code === quote ? 0 : quote;
    else if (code === 0x22 || code === 0x27) quote = code;
    else if (code === 0x28 || code === 0x5b) depth += 1;
    else if (code === 0x29 || code === 0x5d) depth = Math.max(0, depth - 1);
    else if (code === wanted && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
