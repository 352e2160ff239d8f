const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function characterOf(reference: string): string | undefined {
  const named = entities[reference];
  if (named !== undefined) return named;
  if (!reference.startsWith('#')) return undefined;
  const isHex = reference.charAt(1) === 'x' || reference.charAt(1) === 'X';
  const digits = reference.slice(isHex ? 2 : 1);
  const code = /^[0-9a-f]{1,6}$/i.test(digits) ? Number.parseInt(digits, isHex ? 16 : 10) : Number.NaN;
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** Resolves the five XML references and numeric ones, once; anything else stays as it is. */
export function unescapeHtml(text: string): string {
  if (!text.includes('&')) return text;
  const pieces: string[] = [];
  let from = 0;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
    const end = text.indexOf(';', at);
    if (end < 0) break;
    const character = end - at <= 9 ? characterOf(text.slice(at + 1, end)) : undefined;
    if (character === undefined) continue;
    pieces.push(text.slice(from, at), character);
    from = end + 1;
    at = end;
  }
  pieces.push(text.slice(from));
  return pieces.join('');
}

/** The object, list or string that a text is as JSON; undefined where it is none, which is told without an exception where its beginning does. */
export function parseJson(text: string): unknown {
  if (!/^[ \t\n\r]*[{["]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The string at a dotted path of a JSON document; undefined where the text is none, or something else stands there. */
export function jsonString(text: string, path: string): string | undefined {
  let value = parseJson(text);
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return typeof value === 'string' ? value : undefined;
}
