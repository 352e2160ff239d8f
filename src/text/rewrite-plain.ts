import type { Place } from '../html/place.ts';
import type { TextEdit } from '../span.ts';
import { trimmedEnd } from './url-end.ts';

/** RFC 5322 section 2.1.1 allows 998 octets a line; what stands beside the URL needs room, too. */
const maxUrlCharacters = 900;

function isPlainSafe(url: string): boolean {
  for (let at = 0; at < url.length; at += 1) {
    const code = url.charCodeAt(at);
    if (code <= 0x20 || code >= 0x7f || code === 0x3c || code === 0x3e || code === 0x22 || code === 0x60)
      return false;
  }
  return true;
}

/**
 * Writes another URL in the place of a URL in plain text. undefined where a client would read another one back: characters that end a
 * URL, an end that reads like punctuation (fine in angle brackets), or a line that grows too long.
 */
export function rewritePlain(place: Place, url: string): readonly TextEdit[] | undefined {
  const isLonger = url.length > place.span.end - place.span.start;
  if (url === '' || !isPlainSafe(url) || (isLonger && url.length > maxUrlCharacters)) return undefined;
  const isBracketed = 'bracketed' in place && place.bracketed === true;
  if (!isBracketed && trimmedEnd(url, 0, url.length) !== url.length) return undefined;
  return [{ ...place.span, replacement: url }];
}
