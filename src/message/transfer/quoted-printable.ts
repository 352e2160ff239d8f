import type { Span } from '../../span.ts';
import { CR, isBlankOctet, LF, SPACE, TAB } from '../octets.ts';
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

/** Where each physical line begins, encoded and decoded. */
interface LineTable {
  readonly encoded: readonly number[];
  readonly decoded: readonly number[];
}

function decode(octets: Buffer, { start, end }: Span): Buffer {
  const decoded = Buffer.allocUnsafe(end - start);
  // A search in all octets would go through the rest of the message once for each of its parts.
  const body = octets.subarray(0, end);
  let length = 0;
  let at = start;
  while (at < end) {
    const found = body.indexOf(equals, at);
    const stop = found < 0 ? end : found;
    while (at < stop) decoded[length++] = octets[at++] ?? 0;
    if (at === end) break;
    const octet = escaped(octets, at, end);
    if (octet >= 0) {
      decoded[length++] = octet;
      at += 3;
      continue;
    }
    const soft = softBreakLength(octets, at, end);
    if (soft === 0) decoded[length++] = equals;
    at += soft || 1;
  }
  return decoded.subarray(0, length);
}

function readLines(octets: Buffer, { start, end }: Span): LineTable {
  const table = { encoded: [start], decoded: [0] };
  /** Octets so far that stand for nothing of their own. */
  let surplus = 0;
  let at = start;
  while (at < end) {
    const octet = octets[at];
    if (octet !== equals && octet !== LF) {
      at += 1;
      continue;
    }
    const token = tokenAt(octets, at, end);
    at += Math.abs(token);
    surplus += token < 0 ? -token : token - 1;
    if (token > 0 && octet !== LF) continue;
    table.encoded.push(at);
    table.decoded.push(at - start - surplus);
  }
  return table;
}

function encodeOctet(octet: number): string {
  if (octet === SPACE || (octet > SPACE && octet < 127 && octet !== equals))
    return String.fromCharCode(octet);
  return `=${octet.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** A position in the encoded body: the token of a decoded octet. */
interface At {
  /** Index into the line table. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** Where an edit begins and ends in the encoded body, and on which lines. */
interface Place {
  readonly edit: DecodedEdit;
  readonly start: number;
  readonly end: number;
  readonly firstLine: number;
  readonly lastLine: number;
}

class QuotedPrintable implements Transfer {
  readonly decoded: Buffer;
  readonly #octets: Buffer;
  readonly #body: Span;
  /** Made when a position is first asked for: most texts have none that matters. */
  #lines: LineTable | undefined;
  readonly #lineEnd: string;
  /** Where the last look-up ended, so that many of them on one endless line stay linear. */
  #cursor = { line: -1, at: 0, decoded: 0 };

  constructor(octets: Buffer, body: Span, lineEnd: string) {
    this.#octets = octets;
    this.#body = body;
    this.#lineEnd = lineEnd;
    this.decoded = decode(octets, body);
  }

  get #table(): LineTable {
    return (this.#lines ??= readLines(this.#octets, this.#body));
  }

  toOctets(span: Span): Span {
    const start = this.#locate(span.start);
    return { start: start.start, end: span.end > span.start ? this.#locate(span.end - 1).end : start.start };
  }

  /** Lines without an edit keep their octets, and so does what stands beside an edit, soft line breaks included. */
  plan(edits: readonly DecodedEdit[]): readonly PlannedEdit[] {
    const places = edits.map((edit) => this.#place(edit));
    const planned: PlannedEdit[] = [];
    let column = 0;
    places.forEach((place, index) => {
      const previous = places[index - 1];
      const before =
        previous?.lastLine === place.firstLine
          ? column + place.start - previous.end
          : place.start - this.#lineStart(place.firstLine);
      const result = this.#planOne(place, previous, places[index + 1], before);
      planned.push(result.edit);
      column = result.column;
    });
    return planned;
  }

  #place(edit: DecodedEdit): Place {
    const first = this.#locate(edit.start);
    if (edit.end <= edit.start) {
      return { edit, start: first.start, end: first.start, firstLine: first.line, lastLine: first.line };
    }
    const last = this.#locate(edit.end - 1);
    // An edit that takes a line end out goes on with the next line.
    const lastLine = last.end === this.#table.encoded[last.line + 1] ? last.line + 1 : last.line;
    return { edit, start: first.start, end: last.end, firstLine: first.line, lastLine };
  }

  /** `column`: octets already on the line. Returns the column behind the replacement, too. */
  #planOne(place: Place, previous: Place | undefined, next: Place | undefined, column: number) {
    let { start, end } = place;
    const lineEnd = this.#contentEnd(place.lastLine);
    const follows = next !== undefined && next.firstLine === place.lastLine;
    const keptEnd = follows ? next.start : lineEnd;
    let at = column;
    const pieces = Array.from(place.edit.replacement.toString('latin1'), (char) =>
      encodeOctet(char.charCodeAt(0)),
    );
    if (end >= keptEnd && !follows) {
      // A blank at the end of a line gets lost on the way (RFC 2045 6.7 (3)).
      if (pieces.at(-1) === ' ') pieces[pieces.length - 1] = '=20';
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
    const first = this.#contentEnd(place.firstLine) - this.#lineStart(place.firstLine);
    const limit = Math.max(maxLine, first, lineEnd - this.#lineStart(place.lastLine));
    const out: string[] = [];
    const wrap = (length: number): void => {
      if (at > 0 && at + length > limit) {
        out.push('=', this.#lineEnd);
        at = 0;
      }
    };
    for (const piece of pieces) {
      wrap(piece.length + 1);
      out.push(piece);
      at += piece.length;
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

  #lineStart(line: number): number {
    return this.#table.encoded[line] ?? this.#body.end;
  }

  /** End of a physical line without its line end; a soft break's `=` is content. */
  #contentEnd(line: number): number {
    const start = this.#lineStart(line);
    let end = this.#table.encoded[line + 1] ?? this.#body.end;
    if (end > start && this.#octets[end - 1] === LF) end -= 1;
    if (end > start && this.#octets[end - 1] === CR) end -= 1;
    return end;
  }

  #locate(decoded: number): At {
    const line = lastAtMost(this.#table.decoded, decoded);
    const cursor = this.#cursor;
    const onward = cursor.line === line && cursor.decoded <= decoded;
    let at = onward ? cursor.at : this.#lineStart(line);
    let position = onward ? cursor.decoded : (this.#table.decoded[line] ?? 0);
    while (at < this.#body.end) {
      const token = tokenAt(this.#octets, at, this.#body.end);
      if (token > 0) {
        if (position === decoded) {
          this.#cursor = { line, at, decoded };
          return { line, start: at, end: at + token };
        }
        position += 1;
      }
      at += Math.abs(token);
    }
    return { line, start: this.#body.end, end: this.#body.end };
  }
}

/** RFC 2045 6.7, read as tolerantly as mail clients do: small hex digits, lone `=`, long lines. */
export function quotedPrintable(octets: Buffer, body: Span, lineEnd: string): Transfer {
  return new QuotedPrintable(octets, body, lineEnd);
}
