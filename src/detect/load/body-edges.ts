/** Elements whose text is not shown. */
const unseen = ['style', 'script', 'title', 'template'] as const;
const blankReferences = ['nbsp;', 'zwnj;', 'zwj;', 'shy;', '#8199;', '#847;', '#xfeff;'] as const;
/** How far from either end is looked, and in how many steps: a pixel stands close to it or has content behind it. */
const reach = 1 << 16;
const maxSteps = 2000;

/**
 * Where the last text that a reader sees ends, and where the first begins, as offsets (0 and the text's length where there is none within
 * reach). Coarse on purpose: tags are skipped by their brackets.
 */
export interface BodyEdges {
  readonly lastTextEnd: number;
  readonly firstText: number;
}

/** `needle` is lower-case ASCII. Nothing is copied or lower-cased but what is compared. */
function hasAt(text: string, needle: string, at: number): boolean {
  for (let index = 0; index < needle.length; index += 1) {
    let code = text.charCodeAt(at + index);
    if (code >= 0x41 && code <= 0x5a) code |= 0x20;
    if (code !== needle.charCodeAt(index)) return false;
  }
  return true;
}

function isBlankCode(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  if (code < 0xa0) return false;
  if (code === 0xa0 || code === 0xad || code === 0x34f || code === 0x1680) return true;
  if (code >= 0x2000 && code <= 0x200f) return true;
  if (code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f || code === 0x2060)
    return true;
  return code === 0x3000 || code === 0xfeff;
}

function isBlank(text: string, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (isBlankCode(code)) at += 1;
    else if (code === 0x26) {
      const reference = blankReferences.find((one) => hasAt(text, one, at + 1));
      if (reference === undefined || at + 1 + reference.length > end) return false;
      at += 1 + reference.length;
    } else return false;
  }
  return true;
}

/** Offset of the last `<name` in front of `end`; -1 where there is none. */
function lastTag(text: string, name: string, end: number): number {
  let at = end < 0 ? -1 : text.lastIndexOf('<', end);
  while (at >= 0 && !hasAt(text, name, at + 1)) at = at === 0 ? -1 : text.lastIndexOf('<', at - 1);
  return at;
}

/** Walks back over the markup at the end of a text. What was once not found further in front is not looked for again. */
class BackwardWalk {
  readonly #text: string;
  readonly #absent = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  /** Offset behind the text's last character that prints; 0 where none does. */
  printEnd(): number {
    const text = this.#text;
    let at = text.length;
    for (let step = 0; step < maxSteps && at > 0; step += 1) {
      const close = text.lastIndexOf('>', at - 1);
      if (!isBlank(text, close + 1, at)) return at;
      if (close < 0) return 0;
      const open = this.#markupStart(close + 1);
      if (open < 0) return at;
      at = open;
    }
    return at;
  }

  /** The start of the markup that ends at `end`: a tag, a comment, an element that is not shown; -1 where there is none. */
  #markupStart(end: number): number {
    const text = this.#text;
    if (text.startsWith('-->', end - 3)) {
      const comment = this.#unlessAbsent('<!--', () => text.lastIndexOf('<!--', end - 4));
      if (comment >= 0) return comment;
    }
    const open = text.lastIndexOf('<', end - 1);
    if (open < 0 || text.charCodeAt(open + 1) !== 0x2f) return open;
    const name = unseen.find((one) => hasAt(text, one, open + 2));
    const start = name === undefined ? -1 : this.#unlessAbsent(name, () => lastTag(text, name, open - 1));
    return start < 0 ? open : start;
  }

  #unlessAbsent(needle: string, search: () => number): number {
    if (this.#absent.has(needle)) return -1;
    const found = search();
    if (found < 0) this.#absent.add(needle);
    return found;
  }
}

function behind(text: string, needle: string, from: number): number {
  const found = text.indexOf(needle, from);
  return found < 0 ? text.length : found + needle.length;
}

function behindEndTag(text: string, name: string, from: number): number {
  for (let at = text.indexOf('</', from); at >= 0; at = text.indexOf('</', at + 2)) {
    if (hasAt(text, name, at + 2)) return at + 2 + name.length;
  }
  return text.length;
}

function markupEnd(text: string, open: number): number {
  if (text.startsWith('<!--', open)) return behind(text, '-->', open + 4);
  const name = unseen.find((one) => hasAt(text, one, open + 1));
  return behind(text, '>', name === undefined ? open : behindEndTag(text, name, open));
}

function firstTag(text: string, name: string): number {
  let at = text.indexOf('<');
  while (at >= 0 && !hasAt(text, name, at + 1)) at = text.indexOf('<', at + 1);
  return at;
}

/** Offset in `text` of its first character that prints; its length where none does. */
function printStart(text: string): number {
  let at = Math.max(0, firstTag(text, 'body'));
  for (let step = 0; step < maxSteps && at < text.length; step += 1) {
    const open = text.indexOf('<', at);
    if (!isBlank(text, at, open < 0 ? text.length : open)) return at;
    if (open < 0) return text.length;
    at = markupEnd(text, open);
  }
  return at;
}

export function bodyEdges(text: string): BodyEdges {
  const floor = Math.max(0, text.length - reach);
  const end = new BackwardWalk(text.slice(floor)).printEnd();
  return {
    lastTextEnd: end === 0 && floor > 0 ? floor : floor + end,
    firstText: printStart(text.slice(0, reach)),
  };
}

/** Offset of the end tag of the last document or its body, if it stands within reach of the text's end; else the text's length. */
export function documentEnd(text: string): number {
  const floor = Math.max(0, text.length - reach);
  let at = text.lastIndexOf('<');
  while (at >= floor) {
    const isEnd = text.charCodeAt(at + 1) === 0x2f;
    const name = isEnd ? at + 2 : at + 1;
    if (hasAt(text, 'html', name) || hasAt(text, 'body', name)) return isEnd ? at : text.length;
    at = at === 0 ? -1 : text.lastIndexOf('<', at - 1);
  }
  return text.length;
}
