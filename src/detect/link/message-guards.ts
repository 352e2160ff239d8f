import type { DetectInput, ScannedText } from '../input.ts';
import type { Place } from '../../html/place.ts';
import { textGuard, visibleWords } from './guard/index.ts';

/** Content of a link that is looked at; the words that matter stand in front. */
const maxContent = 2000;
const maxLineBefore = 120;
/** Few messages have more; each costs a comparison of strings, no more. */
const maxHeaderUrls = 50;

/** Guards by URL, as written in the message: what one part says of a URL holds for the same URL in every other. */
export type MessageGuards = ReadonlyMap<string, string>;

function addHeaderUrls(guards: Map<string, string>, value: string, guard: string): void {
  let at = value.indexOf('<');
  for (let count = 0; at >= 0 && count < maxHeaderUrls; count += 1) {
    const close = value.indexOf('>', at);
    if (close < 0) return;
    const url = value.slice(at + 1, close).replaceAll(/\s+/g, '');
    if (/^https?:/i.test(url)) guards.set(url, guard);
    at = value.indexOf('<', close);
  }
}

function lineBefore(text: string, start: number): string {
  const from = Math.max(text.lastIndexOf('\n', start - 1) + 1, start - maxLineBefore);
  const line = text.slice(from, start).replace(/[<([\s]+$/, '');
  if (line.trim() !== '' || from === 0) return line;
  // The URL stands alone on its line: what it is for is said on the line before.
  const end = from - 1;
  const previous = text.slice(Math.max(text.lastIndexOf('\n', end - 1) + 1, end - maxLineBefore), end);
  return previous.trim();
}

function wordsAt(text: ScannedText, place: Place): string | undefined {
  if (place.channel === 'text') return lineBefore(text.text, place.span.start);
  const element = place.element;
  if (element === undefined) return undefined;
  // From the markup, since the element's attributes are only read when asked for.
  const { start, end } = element.span;
  const to = Math.min(element.contentSpan?.end ?? end, end + maxContent);
  return visibleWords(text.text.slice(start, to));
}

/** In front of a plain URL stands a sentence; only what no ordinary sentence says of a link counts there. */
const plainGuards: ReadonlySet<string> = new Set(['unsubscribe', 'preferences', 'view']);

function isLink(place: Place): boolean {
  return place.channel === 'anchor' || place.channel === 'form' || place.channel === 'text';
}

/**
 * Which URLs of the message are guarded by what stands around them: the List-* header fields (RFC 2369, RFC 8058), the text of a link, the
 * words in front of a URL in plain text.
 */
export function messageGuards(input: DetectInput, isOfInterest: (value: string) => boolean): MessageGuards {
  const guards = new Map<string, string>();
  for (const text of input.texts) {
    for (const place of text.places) {
      if (!isLink(place) || guards.has(place.value) || !isOfInterest(place.value)) continue;
      const words = wordsAt(text, place);
      const guard = words === undefined || words === '' ? undefined : textGuard(words);
      if (guard === undefined || (place.channel === 'text' && !plainGuards.has(guard))) continue;
      guards.set(place.value, guard);
    }
  }
  for (const field of input.fields) {
    const { name } = field;
    if (name === 'list-unsubscribe') addHeaderUrls(guards, field.value, 'unsubscribe');
    else if (/^list-(?:subscribe|help|owner|post|archive)$/.test(name))
      addHeaderUrls(guards, field.value, 'list');
  }
  return guards;
}
