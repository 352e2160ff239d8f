import { isLetter, isSpace } from './characters.ts';

/** Rules in front of which browsers that read ahead still look for imports. */
const IN_FRONT = new Set(['import', 'charset', 'layer']);
const MAX_NAME = 16;

type Found = (start: number, end: number) => void;

/**
 * The imports of a sheet as Chromium's reader-ahead sees them, which asks for them before anybody has parsed the sheet: it knows comments
 * between rules only, no strings, no escapes, and ends a rule at the first `;` (`@charset "; @import 'x'"`, `@import https://host/x ;`).
 * It never sees a NUL, not even in the middle of a word.
 */
export function findPreloadedImports(text: string, found: Found): void {
  if (!text.includes('\0')) {
    findImports(text, found);
    return;
  }
  const kept: number[] = [];
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) !== 0) kept.push(at);
  findImports(text.replaceAll('\0', ''), (start, end) => {
    found(kept[start] ?? text.length, (kept[end - 1] ?? text.length) + 1);
  });
}

function findImports(text: string, found: Found): void {
  let at = 0;
  for (;;) {
    at = skipSpace(text, at);
    if (text.charCodeAt(at) === 0x2f) {
      at = text.charCodeAt(at + 1) === 0x2a ? behind(text, '*/', at + 2) : at + 2;
      continue;
    }
    if (text.charCodeAt(at) !== 0x40) return;
    if (!isLetter(text.charCodeAt(at + 1))) {
      at += 2;
      continue;
    }
    const start = at + 1;
    at = start;
    while (at < text.length && text.charCodeAt(at) !== 0x3b && !isSpace(text.charCodeAt(at))) at += 1;
    const name = text.slice(start, Math.min(at, start + MAX_NAME)).toLowerCase();
    at = skipSpace(text, at);
    if (text.charCodeAt(at) === 0x3b) {
      at += 1;
      continue;
    }
    if (!IN_FRONT.has(name)) return;
    const end = valueEnd(text, at, name === 'import');
    if (name === 'import') report(text, at, end, found);
    at = behind(text, ';', end);
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

function behind(text: string, needle: string, from: number): number {
  const at = text.indexOf(needle, from);
  return at < 0 ? text.length : at + needle.length;
}

/** A value ends at white space or a `;`, which an import's must have closed its quote or bracket for. */
function valueEnd(text: string, start: number, isImport: boolean): number {
  let at = start;
  for (; at < text.length && !isSpace(text.charCodeAt(at)); at += 1) {
    if (text.charCodeAt(at) === 0x3b && (!isImport || isClosed(text, start, at))) break;
  }
  return at;
}

function isClosed(text: string, start: number, end: number): boolean {
  if (end - start < 2 || text.charCodeAt(end - 2) === 0x5c) return false;
  const first = text.charAt(start);
  return text.charAt(end - 1) === (first === '"' || first === "'" ? first : ')');
}

function report(text: string, start: number, end: number, found: Found): void {
  let from = start;
  let to = end;
  if (/^url\($/i.test(text.slice(from, from + 4)) && text.charAt(to - 1) === ')') {
    from += 4;
    to -= 1;
  }
  const quote = text.charAt(from);
  if (to - from > 1 && (quote === '"' || quote === "'") && text.charAt(to - 1) === quote) {
    from += 1;
    to -= 1;
  }
  if (to > from) found(from, to);
}
