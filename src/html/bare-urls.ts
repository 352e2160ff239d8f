import { isLetter, isSpace } from './characters.ts';

/** White space, quotes, brackets and what else ends a URL. */
const STOPS = new Uint8Array(128);
for (let code = 0; code < STOPS.length; code += 1) {
  if (isSpace(code) || '"\'`<>(){}|^,;'.includes(String.fromCharCode(code))) STOPS[code] = 1;
}

/**
 * The last resort where a text can be cut in too many ways: whatever stands there as `scheme://host…`, `//host…` or `\\host…`, as written.
 * Each character is looked at a bounded number of times.
 */
export function findBareUrls(
  text: string,
  start: number,
  end: number,
  found: (from: number, to: number) => void,
): void {
  let at = start;
  while (at < end - 2) {
    const code = text.charCodeAt(at);
    // `https:host` needs no slashes.
    if (code !== 0x3a && code !== 0x2f && code !== 0x5c) {
      at += 1;
      continue;
    }
    const isScheme = code === 0x3a && isSchemeEnd(text, start, at);
    if (!isScheme && (!isSlash(code) || !isSlash(text.charCodeAt(at + 1)))) {
      at += 1;
      continue;
    }
    let to = at + (isScheme ? 1 : 2);
    while (to < end && !isStop(text.charCodeAt(to))) to += 1;
    let from = at;
    if (isScheme || text.charCodeAt(at - 1) === 0x3a) {
      let letter = isScheme ? at - 1 : at - 2;
      while (letter >= Math.max(start, at - 12) && isLetter(text.charCodeAt(letter))) letter -= 1;
      if (letter + 1 < at) from = letter + 1;
    }
    if (to > at + 3) found(from, to);
    at = to;
  }
}

/** Whether the name of a scheme that is remote ends at `end`. */
function isSchemeEnd(text: string, start: number, end: number): boolean {
  const last = text.charCodeAt(end - 1) | 0x20;
  return (last === 0x70 || last === 0x73) && SCHEME.test(text.slice(Math.max(start, end - 5), end));
}

const SCHEME = /(?:https?|wss?|ftp)$/i;

function isStop(code: number): boolean {
  return code < STOPS.length && STOPS[code] === 1;
}

function isSlash(code: number): boolean {
  return code === 0x2f || code === 0x5c;
}
