/** `name=value` of a Content-Type or Content-Disposition field (RFC 2045 5.1, RFC 2183, RFC 2231). */
export interface Parameter {
  /** Lower case, RFC 2231 sections already joined. */
  readonly name: string;
  readonly value: string;
  /** As it stands up to the next `;`, quotes and blanks included: how the simplest readers take it. */
  readonly raw: string;
}

export interface Parameterised {
  /** What stands in front of the first `;`, lower case, without comments, quotes and blanks. */
  readonly head: string;
  readonly parameters: readonly Parameter[];
}

const blank = ' \t\r\n';

/** Behind the comment that opens at `start` (RFC 5322 3.2.2); comments nest, and an open one ends with the text. */
function skipComment(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === '(') depth += 1;
    else if (char === ')') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

function skipBlankAndComments(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    if (blank.includes(text.charAt(at))) at += 1;
    else if (text[at] === '(') at = skipComment(text, at);
    else break;
  }
  return at;
}

function readQuoted(text: string, start: number): { value: string; next: number } {
  const pieces: string[] = [];
  let from = start + 1;
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') return { value: pieces.join('') + text.slice(from, at), next: at + 1 };
    if (char === '\\' && at + 1 < text.length) {
      pieces.push(text.slice(from, at));
      from = at + 1;
      at += 1;
    }
  }
  return { value: pieces.join('') + text.slice(from), next: text.length };
}

/** Reads the value at `start`: quoted, or up to a blank, `;` or comment. */
function readValue(text: string, start: number): { value: string; next: number } {
  if (text[start] === '"') return readQuoted(text, start);
  let at = start;
  while (at < text.length && text[at] !== ';' && !blank.includes(text.charAt(at))) at += 1;
  const value = text.slice(start, at);
  // A comment behind an unquoted value; a `(` at its very start can only be part of it.
  const comment = value.indexOf('(');
  return { value: comment > 0 ? value.slice(0, comment) : value, next: at };
}

function readHead(text: string): { head: string; next: number } {
  const pieces: string[] = [];
  let slash = false;
  let at = 0;
  while (at < text.length && text[at] !== ';') {
    const next = skipBlankAndComments(text, at);
    if (next > at) {
      at = next;
      // `text/html charset=utf-8`: a type is complete, so what follows the blank is a parameter without its `;`.
      if (slash && !pieces.at(-1)?.endsWith('/') && text[at] !== '/') break;
      continue;
    }
    const from = at;
    while (at < text.length && !';( \t\r\n'.includes(text.charAt(at))) at += 1;
    const piece = text.slice(from, at);
    slash ||= piece.includes('/');
    pieces.push(piece);
  }
  return { head: pieces.join('').replaceAll('"', '').toLowerCase(), next: at };
}

/** Splits a field value. Never fails: what cannot be read as a parameter is passed over. Linear in the text. */
export function readParameterised(text: string): Parameterised {
  const { head, next } = readHead(text);
  const found: Parameter[] = [];
  let at = next;
  while (at < text.length) {
    at = skipBlankAndComments(text, at);
    if (text[at] === ';') {
      at += 1;
      continue;
    }
    const from = at;
    while (at < text.length && !'=; \t\r\n('.includes(text.charAt(at))) at += 1;
    const name = text.slice(from, at).toLowerCase();
    at = skipBlankAndComments(text, at);
    if (text[at] !== '=') {
      if (at === from) at += 1;
      continue;
    }
    const rawStart = at + 1;
    at = skipBlankAndComments(text, rawStart);
    const read = readValue(text, at);
    at = Math.max(read.next, at);
    // Only a short tail is of interest, and a bound keeps this linear.
    const tail = text.slice(at, at + 200);
    const semicolon = tail.indexOf(';');
    const raw = (text.slice(rawStart, at) + (semicolon < 0 ? tail : tail.slice(0, semicolon))).trim();
    found.push({ name, value: read.value, raw });
  }
  return { head, parameters: joinSections(found) };
}

interface Section {
  readonly order: number;
  readonly value: string;
}

/** RFC 2231: `name*0=`, `name*1*=`, `name*=` become `name`. Sections out of order are put in order, a gap ends the value. */
function joinSections(found: readonly Parameter[]): readonly Parameter[] {
  if (!found.some((parameter) => parameter.name.includes('*'))) return found;
  const plain: Parameter[] = [];
  const sections = new Map<string, Section[]>();
  for (const parameter of found) {
    const parts = parameter.name.split('*');
    const [name = '', second = ''] = parts;
    if (parts.length === 1) {
      plain.push(parameter);
      continue;
    }
    const encoded = parameter.name.endsWith('*');
    const order = /^\d{1,4}$/.test(second) ? Number(second) : 0;
    const value = encoded ? decodeExtended(parameter.value, order === 0) : parameter.value;
    const list = sections.get(name) ?? [];
    list.push({ order, value });
    sections.set(name, list);
  }
  const joined: Parameter[] = [];
  for (const [name, list] of sections) {
    list.sort((a, b) => a.order - b.order);
    const values: string[] = [];
    for (const section of list) if (section.order === values.length) values.push(section.value);
    const value = values.join('');
    joined.push({ name, value, raw: value });
    // Some readers join what there is.
    if (values.length < list.length) {
      const all = list.map((section) => section.value).join('');
      joined.push({ name, value: all, raw: all });
    }
  }
  return [...plain, ...joined];
}

/** `charset'language'percent-encoded`, the two quotes only in the first section; octets as latin1. */
function decodeExtended(value: string, first: boolean): string {
  let text = value;
  if (first) {
    const one = value.indexOf("'");
    const two = one < 0 ? -1 : value.indexOf("'", one + 1);
    if (two >= 0) text = value.slice(two + 1);
  }
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
