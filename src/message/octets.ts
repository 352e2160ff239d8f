import type { Span } from '../span.ts';

export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const TAB = 9;
/** In place of the octet at which lines end: they end at a LF, a CR, or both. */
export const ANY_LINE_END = -1;

/** A line of octets: `start` to `end` without its line end, `next` behind it. */
export interface Line extends Span {
  readonly next: number;
}

/**
 * The line that begins at `start`. `newline` is LF, or CR in a message that has no LF at all; a CR in front of the LF
 * belongs to the line end, any other CR to the line. `ANY_LINE_END`: at whichever comes first.
 */
export function lineAt(octets: Buffer, start: number, limit: number, newline: number): Line {
  if (newline === ANY_LINE_END) {
    let end = start;
    while (end < limit && octets[end] !== LF && octets[end] !== CR) end += 1;
    const isPair = octets[end] === CR && octets[end + 1] === LF;
    return { start, end, next: Math.min(limit, end + (isPair ? 2 : 1)) };
  }
  const found = octets.indexOf(newline, start);
  if (found < 0 || found >= limit) return { start, end: limit, next: limit };
  const end = newline === LF && found > start && octets[found - 1] === CR ? found - 1 : found;
  return { start, end, next: found + 1 };
}

/** `position`, a line's start, moved in front of the line end before it (that belongs to the delimiter: RFC 2046 5.1.1). */
export function beforeLineEnd(octets: Buffer, position: number, floor: number, newline: number): number {
  let end = position;
  const last = octets[end - 1];
  if (end > floor && (newline === ANY_LINE_END ? last === LF || last === CR : last === newline)) {
    end -= 1;
    if (last === LF && end > floor && octets[end - 1] === CR) end -= 1;
  }
  return end;
}

export function isBlankOctet(octet: number | undefined): boolean {
  return octet === SPACE || octet === TAB;
}

/** Only CRs: an empty line, also where a gateway doubled them. */
export function isEmptyLine(octets: Buffer, line: Line): boolean {
  for (let at = line.start; at < line.end; at += 1) if (octets[at] !== CR) return false;
  return true;
}

/** Start of the next line from `from` on (itself a line start) that begins with `--`, or -1. */
export function nextDashLine(octets: Buffer, from: number, limit: number, newline: number): number {
  if (octets[from] === 45 && octets[from + 1] === 45 && from + 1 < limit) return from;
  if (newline === ANY_LINE_END) {
    for (let found = octets.indexOf('--', from + 1, 'latin1'); found >= 0 && found < limit;) {
      if (octets[found - 1] === LF || octets[found - 1] === CR) return found;
      found = octets.indexOf('--', found + 1, 'latin1');
    }
    return -1;
  }
  const found = octets.indexOf(newline === LF ? '\n--' : '\r--', from, 'latin1');
  return found < 0 || found + 2 >= limit ? -1 : found + 1;
}
