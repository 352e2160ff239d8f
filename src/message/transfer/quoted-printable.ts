import type { Span } from '../../span.ts';
import { CR, isBlankOctet, LF, TAB } from '../octets.ts';
import { lastAtMost } from './transfer.ts';
import type { DecodedEdit, PlannedEdit, Transfer } from './transfer.ts';

/** RFC 2045 6.7 (5): encoded lines are no longer than this. */
const maxLine = 76;
const equals = 61;

const hexValue = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 10; digit += 1) hexValue[48 + digit] = digit;
for (let digit = 10; digit < 16; digit += 1) {
  hexValue[55 + digit] = digit;
  hexValue[87 + digit] = digit;
}

/** The octet that the `=` at `at` and two hex digits stand for, or -1. */
function escaped(octets: Buffer, at: number, end: number): number {
  if (at + 2 >= end) return -1;
  const high = hexValue[octets[at + 1] ?? 0] ?? -1;
  const low = hexValue[octets[at + 2] ?? 0] ?? -1;
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/** Octets of a soft line break at `at`, blanks behind the `=` included (they were added on the way); 0 if there is none. */
function softBreakLength(octets: Buffer, at: number, end: number): number {
  let next = at + 1;
  while (next < end && isBlankOctet(octets[next])) next += 1;
  if (next >= end) return next - at;
  if (octets[next] === LF) return next + 1 - at;
  if (octets[next] !== CR) return 0;
  return (next + 1 < end && octets[next + 1] === LF ? next + 2 : next + 1) - at;
}

/**
 * Octets of the token at `at`, negative for a soft line break, which stands for nothing; every other token stands for one octet. Decoders
 * agree on letting a `=` that starts nothing stand for itself.
 */
function tokenAt(octets: Buffer, at: number, end: number): number {
  if (octets[at] !== equals) return 1;
  return escaped(octets, at, end) >= 0 ? 3 : -softBreakLength(octets, at, end) || 1;
}

/** How far apart the marks of a body are, in octets. */
const markOctets = 64;

/** Where some tokens begin: as octets of the message, and as decoded octets. */
interface Marks {
  readonly encoded: readonly number[];
  readonly decoded: readonly number[];
}

interface Decoded {
  readonly decoded: Buffer;
  readonly marks: Marks;
  /** Where lines begin that no LF is in front of: behind soft breaks at a bare CR, and at one that ends the body. */
  readonly oddLines: readonly number[];
}

function decode(octets: Buffer, { start, end }: Span): Decoded {
  const decoded = Buffer.allocUnsafe(end - start);
  const marks = { encoded: [start], decoded: [0] };
  const oddLines: number[] = [];
  let length = 0;
  let at = start;
  let marked = start;
  const mark = (position: number, standsFor: number): void => {
    marks.encoded.push(position);
    marks.decoded.push(standsFor);
    marked = position;
  };
  while (at < end) {
    const from = at;
    let octet = octets[at] ?? 0;
    while (octet !== equals) {
      decoded[length++] = octet;
      at += 1;
      if (at === end) break;
      octet = octets[at] ?? 0;
    }
    if (at - marked >= markOctets) {
      // A long stretch of octets that stand for themselves has a mark at both ends.
      if (at - from >= markOctets) mark(from, length - (at - from));
      mark(at, length);
    }
    if (at === end) break;
    const value = escaped(octets, at, end);
    if (value >= 0) {
      decoded[length++] = value;
      at += 3;
      continue;
    }
    const soft = softBreakLength(octets, at, end);
    if (soft === 0) decoded[length++] = equals;
    at += soft || 1;
    if (soft > 0 && octets[at - 1] !== LF) oddLines.push(at);
  }
  if (marked < end) mark(end, length);
  return { decoded: decoded.subarray(0, length), marks, oddLines };
}

/** An octet that is not written as it stands. */
const unsafe = /([^ -<>-~])/;

function escape(octet: string): string {
  return `=${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Stretches of octets that stand for themselves, and escapes; none is empty. */
function encode(replacement: Buffer): string[] {
  if (replacement.length === 0) return [];
  return replacement
    .toString('latin1')
    .split(unsafe)
    .map((piece, index) => (index % 2 === 0 ? piece : escape(piece)))
    .filter((piece) => piece !== '');
}

/** A physical line without its line end; a soft break's `=` is content. */
interface EncodedLine {
  readonly start: number;
  readonly end: number;
  /** Where the next one begins; the end of the body for the last one. */
  readonly next: number;
}

/** Where an edit begins and ends in the encoded body, and on which lines. */
interface Place {
  readonly edit: DecodedEdit;
  readonly start: number;
  readonly end: number;
  readonly firstLine: EncodedLine;
  readonly lastLine: EncodedLine;
}

class QuotedPrintable implements Transfer {
  readonly decoded: Buffer;
  readonly #octets: Buffer;
  readonly #body: Span;
  readonly #marks: Marks;
  readonly #oddLines: readonly number[];
  readonly #lineEnd: string;
  /** Where the last look-up ended, so that many of them far from a mark stay linear. */
  #cursor = { at: 0, decoded: -1 };
  /** The line of the last look-up, likewise for endless ones. */
  #line: EncodedLine | undefined;

  constructor(octets: Buffer, body: Span, lineEnd: string) {
    this.#octets = octets;
    this.#body = body;
    this.#lineEnd = lineEnd;
    const { decoded, marks, oddLines } = decode(octets, body);
    this.decoded = decoded;
    this.#marks = marks;
    this.#oddLines = oddLines;
  }

  toOctets(span: Span): Span {
    const start = this.#locate(span.start);
    return { start, end: span.end > span.start ? this.#endOf(this.#locate(span.end - 1)) : start };
  }

  /** Lines without an edit keep their octets, and so does what stands beside an edit, soft line breaks included. */
  plan(edits: readonly DecodedEdit[]): readonly PlannedEdit[] {
    const places = edits.map((edit) => this.#place(edit));
    const planned: PlannedEdit[] = [];
    let column = 0;
    places.forEach((place, index) => {
      const previous = places[index - 1];
      const before =
        previous?.lastLine.start === place.firstLine.start
          ? column + place.start - previous.end
          : place.start - place.firstLine.start;
      const result = this.#planOne(place, previous, places[index + 1], before);
      planned.push(result.edit);
      column = result.column;
    });
    return planned;
  }

  #place(edit: DecodedEdit): Place {
    const start = this.#locate(edit.start);
    const firstLine = this.#lineOf(start);
    if (edit.end <= edit.start) return { edit, start, end: start, firstLine, lastLine: firstLine };
    // An edit that takes a line end out goes on with the next line.
    const end = this.#endOf(this.#locate(edit.end - 1));
    return { edit, start, end, firstLine, lastLine: this.#lineOf(end) };
  }

  /** `column`: octets already on the line. Returns the column behind the replacement, too. */
  #planOne(place: Place, previous: Place | undefined, next: Place | undefined, column: number) {
    let { start, end } = place;
    const { firstLine, lastLine } = place;
    const lineEnd = lastLine.end;
    const follows = next !== undefined && next.firstLine.start === lastLine.start;
    const keptEnd = follows ? next.start : lineEnd;
    let at = column;
    const pieces = encode(place.edit.replacement);
    if (end >= keptEnd && !follows) {
      // A blank at the end of a line gets lost on the way (RFC 2045 6.7 (3)).
      const last = pieces.at(-1);
      if (last?.endsWith(' ')) pieces.splice(-1, 1, last.slice(0, -1), '=20');
      else if (pieces.length === 0 && start > (previous?.end ?? 0) && column > 0) {
        const octet = this.#octets[start - 1];
        if (isBlankOctet(octet)) {
          start -= 1;
          at -= 1;
          pieces.push(octet === TAB ? '=09' : '=20');
        }
      }
    } else if (at === 0 && pieces.length === 0 && end < keptEnd && this.#needsShield(end, lineEnd)) {
      pieces.push(`=${(this.#octets[end] ?? 0).toString(16).toUpperCase()}`);
      end += 1;
    }
    // A sender that keeps no limit is not given one, but no line gets longer than the limit or what it was.
    const limit = Math.max(maxLine, firstLine.end - firstLine.start, lineEnd - lastLine.start);
    const out: string[] = [];
    const wrap = (length: number): void => {
      if (at > 0 && at + length > limit) {
        out.push('=', this.#lineEnd);
        at = 0;
      }
    };
    for (const piece of pieces) {
      const isEscape = piece.startsWith('=');
      for (let from = 0; from < piece.length;) {
        wrap(isEscape ? 4 : 2);
        const fits = isEscape ? piece : piece.slice(from, from + limit - 1 - at);
        out.push(fits);
        at += fits.length;
        from += fits.length;
      }
    }
    if (keptEnd > end) wrap(keptEnd - end + (follows ? 1 : 0));
    const replacement = Buffer.from(out.join(''), 'latin1');
    return { edit: { start, end, replacement, findings: place.edit.findings }, column: at };
  }

  /** What mailers munge at the start of a line: `From ` and a dot. */
  #needsShield(at: number, end: number): boolean {
    const octet = this.#octets[at];
    return (
      octet === 46 || (octet === 70 && this.#octets.toString('latin1', at, Math.min(end, at + 5)) === 'From ')
    );
  }

  /** The line on which a token stands; for the end of the body, the last one. */
  #lineOf(position: number): EncodedLine {
    const known = this.#line;
    if (known && position >= known.start && position < known.next) return known;
    const octets = this.#octets;
    let { start } = this.#body;
    let next = this.#body.end;
    let at = position;
    while (at > start && octets[at - 1] !== LF) at -= 1;
    start = at;
    at = position;
    while (at < next && octets[at] !== LF) at += 1;
    if (at < next) next = at + 1;
    if (this.#oddLines.length > 0) {
      const index = lastAtMost(this.#oddLines, position);
      const odd = this.#oddLines[index] ?? 0;
      const before = odd <= position ? odd : start;
      const behind = (odd <= position ? this.#oddLines[index + 1] : odd) ?? next;
      start = Math.max(start, before);
      next = Math.min(next, behind);
    }
    let end = next;
    if (end > start && octets[end - 1] === LF) end -= 1;
    if (end > start && octets[end - 1] === CR) end -= 1;
    this.#line = { start, end, next };
    return this.#line;
  }

  /** Where the token of a decoded octet begins; behind the last one, the end of the body. */
  #locate(decoded: number): number {
    const { end } = this.#body;
    if (decoded >= this.decoded.length) return end;
    const { encoded: marked, decoded: standFor } = this.#marks;
    const index = lastAtMost(standFor, decoded);
    let at = marked[index] ?? end;
    let position = standFor[index] ?? 0;
    const next = index + 1;
    if ((marked[next] ?? end) - at === (standFor[next] ?? 0) - position) return at + decoded - position;
    const cursor = this.#cursor;
    if (cursor.decoded >= position && cursor.decoded <= decoded) ({ at, decoded: position } = cursor);
    while (at < end) {
      const token = tokenAt(this.#octets, at, end);
      if (token > 0) {
        if (position === decoded) break;
        position += 1;
      }
      at += Math.abs(token);
    }
    this.#cursor = { at, decoded };
    return at;
  }

  #endOf(position: number): number {
    const { end } = this.#body;
    return position >= end ? end : position + Math.abs(tokenAt(this.#octets, position, end));
  }
}

/** RFC 2045 6.7, read as tolerantly as mail clients do: small hex digits, lone `=`, long lines. */
export function quotedPrintable(octets: Buffer, body: Span, lineEnd: string): Transfer {
  return new QuotedPrintable(octets, body, lineEnd);
}
