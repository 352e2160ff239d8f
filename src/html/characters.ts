/** White space of HTML and CSS: tab, line feed, form feed, carriage return, space. */
export function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d && code !== 0x0b);
}

export function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** What a name of XML may begin with beside letters. */
export function isXmlNameStart(code: number): boolean {
  return code === 0x5f || code === 0x3a || code >= 0x80;
}

export function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

export function isNewline(code: number): boolean {
  return code === 0x0a || code === 0x0d || code === 0x0c;
}
