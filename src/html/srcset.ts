import { isSpace } from './characters.ts';

/** A candidate of a srcset; offsets in the text given. */
export interface Candidate {
  readonly start: number;
  /** End of the URL. */
  readonly urlEnd: number;
  /** Behind the descriptors and the comma. */
  readonly end: number;
}

/** Splits a srcset as HTML 4.8.4.3.9 says: a URL runs to white space; commas at its end are not its own. */
export function readSrcset(text: string): readonly Candidate[] {
  const candidates: Candidate[] = [];
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x2c || isSpace(code)) {
      at += 1;
      continue;
    }
    const start = at;
    while (at < text.length && !isSpace(text.charCodeAt(at))) at += 1;
    let urlEnd = at;
    while (urlEnd > start && text.charCodeAt(urlEnd - 1) === 0x2c) urlEnd -= 1;
    if (urlEnd === at) at = endOfDescriptors(text, at);
    candidates.push({ start, urlEnd, end: at });
  }
  return candidates;
}

function endOfDescriptors(text: string, from: number): number {
  let inParentheses = false;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x28) inParentheses = true;
    else if (code === 0x29) inParentheses = false;
    else if (code === 0x2c && !inParentheses) return at + 1;
  }
  return text.length;
}
