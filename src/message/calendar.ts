import type { TextMap } from './charset/text-map.ts';
import { lastAtMost } from './transfer/transfer.ts';

/** A content line of iCalendar, unfolded (RFC 5545 3.1). */
interface ContentLine {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function contentLines(text: string): readonly ContentLine[] {
  const lines: ContentLine[] = [];
  let pieces: string[] = [];
  let start = 0;
  let at = 0;
  while (at < text.length) {
    const found = text.indexOf('\n', at);
    const next = found < 0 ? text.length : found + 1;
    const end = found > at && text[found - 1] === '\r' ? found - 1 : found < 0 ? text.length : found;
    const folded = pieces.length > 0 && (text[at] === ' ' || text[at] === '\t');
    if (!folded) {
      if (pieces.length > 0) lines.push({ text: pieces.join(''), start, end: at });
      pieces = [];
      start = at;
    }
    pieces.push(text.slice(folded ? at + 1 : at, end));
    at = next;
  }
  if (pieces.length > 0) lines.push({ text: pieces.join(''), start, end: text.length });
  return lines;
}

/** The value of a line that describes the event in HTML, unescaped (RFC 5545 3.3.11); undefined for any other. */
function htmlValue(line: string): string | undefined {
  const colon = line.indexOf(':');
  const head = line.slice(0, Math.min(colon, 400)).toUpperCase();
  if (colon < 0 || !/^(X-ALT-DESC|DESCRIPTION|STYLED-DESCRIPTION|X-MICROSOFT-[A-Z-]{1,40})[;"]?/.test(head))
    return undefined;
  if (!head.startsWith('X-ALT-DESC') && !head.includes('TEXT/HTML')) return undefined;
  return line
    .slice(colon + 1)
    .replace(/\\(.)/g, (_, char: string) => (char === 'n' || char === 'N' ? '\n' : char));
}

/**
 * The HTML descriptions in a text/calendar part, as one text, to report on: nothing in it is ever edited, so that a position
 * is known by its content line only.
 */
export function calendarHtml(map: TextMap): TextMap {
  const starts: number[] = [];
  const lines: ContentLine[] = [];
  const texts: string[] = [];
  let length = 0;
  for (const line of contentLines(map.text)) {
    const value = htmlValue(line.text);
    if (value === undefined) continue;
    starts.push(length);
    lines.push(line);
    texts.push(value, '\n');
    length += value.length + 1;
  }
  return {
    text: texts.join(''),
    charset: map.charset,
    toOctet: (position) => {
      const index = lastAtMost(starts, position);
      const line = lines[index];
      if (!line) return 0;
      return map.toOctet(position > (starts[index] ?? 0) ? line.end : line.start);
    },
    plan: (edits) => ({ edits: [], refused: edits }),
  };
}
