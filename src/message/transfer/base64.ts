import type { Span } from '../../span.ts';
import { LF } from '../octets.ts';
import { lastAtMost } from './transfer.ts';
import type { DecodedEdit, PlannedEdit, Transfer } from './transfer.ts';

const equals = 61;
const usualWidth = 76;
/** A line end behind a text, so that it has padding: it shows nothing. */
const filler = Buffer.from('\n');

const sextets = new Int8Array(256).fill(-1);
for (const [index, char] of Array.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
).entries()) {
  sextets[char.charCodeAt(0)] = index;
}

/** Where groups of four begin: the first one of each line, as an octet of the message and as a decoded octet. */
interface GroupTable {
  readonly encoded: number[];
  readonly decoded: number[];
}

/** What padding ends: data that can be written anew without a change of what follows. */
interface Segment {
  readonly decodedEnd: number;
  readonly encodedEnd: number;
}

interface Decoded {
  readonly decoded: Buffer;
  readonly table: GroupTable;
  readonly segments: readonly Segment[];
  /** Behind the last octet that belongs to the encoding; what follows is junk and line ends. */
  readonly end: number;
}

/**
 * Octets outside the alphabet are passed over (RFC 2045 6.8). Padding in the middle ends its group and the next one begins
 * behind it, as in concatenated encodings; a decoder that stops there sees a part of what this one sees.
 */
function decode(octets: Buffer, body: Span): Decoded {
  const decoded = Buffer.allocUnsafe(Math.floor(((body.end - body.start) * 3) / 4) + 3);
  const table: GroupTable = { encoded: [body.start], decoded: [0] };
  let length = 0;
  let phase = 0;
  let bits = 0;
  let newLine = true;
  let end = body.start;
  const segments: { decodedEnd: number; encodedEnd: number }[] = [];
  for (let at = body.start; at < body.end; at += 1) {
    const octet = octets[at] ?? 0;
    const value = sextets[octet] ?? -1;
    if (value < 0) {
      if (octet === LF) newLine = true;
      else if (octet === equals && phase >= 2 && endsGroup(octets, at, body.end, phase)) {
        phase = 0;
        end = at + 1;
        segments.push({ decodedEnd: length, encodedEnd: end });
      } else if (octet === equals && phase === 0) {
        end = at + 1;
        const last = segments.at(-1);
        if (last?.decodedEnd === length) last.encodedEnd = end;
      }
      continue;
    }
    if (phase === 0 && newLine) {
      table.encoded.push(at);
      table.decoded.push(length);
      newLine = false;
    }
    if (phase > 0) decoded[length++] = ((bits << 6) | value) >> (6 - 2 * phase);
    bits = value;
    phase = (phase + 1) % 4;
    end = at + 1;
  }
  if ((segments.at(-1)?.decodedEnd ?? -1) < length) segments.push({ decodedEnd: length, encodedEnd: end });
  return { decoded: decoded.subarray(0, length), table, segments, end };
}

/** One `=` behind two characters ends the group only if a second one follows: a lone one is passed over. */
function endsGroup(octets: Buffer, at: number, end: number, phase: number): boolean {
  if (phase === 3) return true;
  for (let next = at + 1; next < end; next += 1) {
    const octet = octets[next] ?? 0;
    if (octet === equals) return true;
    if ((sextets[octet] ?? -1) >= 0) return false;
  }
  return true;
}

class Base64 implements Transfer {
  readonly decoded: Buffer;
  readonly #octets: Buffer;
  readonly #body: Span;
  readonly #table: GroupTable;
  readonly #segments: readonly Segment[];
  readonly #end: number;
  readonly #lineEnd: string;
  /** The group of the last look-up, so that many of them on one endless line stay linear. */
  #cursor = { line: -1, encoded: 0, decoded: 0 };

  constructor(octets: Buffer, body: Span, lineEnd: string) {
    this.#octets = octets;
    this.#body = body;
    this.#lineEnd = lineEnd;
    const { decoded, table, segments, end } = decode(octets, body);
    this.decoded = decoded;
    this.#table = table;
    this.#segments = segments;
    this.#end = end;
  }

  toOctets(span: Span): Span {
    const start = this.#group(span.start).encoded;
    if (span.end <= span.start) return { start, end: start };
    const last = this.#group(span.end - 1);
    return { start, end: last.encodedEnd };
  }

  /**
   * One edit for each padded stretch of data that has changes, from the group of the first one to the padding. Line width,
   * line ends and what follows stay, so that a footer that a mailing list appended to the encoding is as it was.
   */
  plan(edits: readonly DecodedEdit[]): readonly PlannedEdit[] {
    const planned: PlannedEdit[] = [];
    let index = 0;
    let segment = 0;
    while (index < edits.length) {
      const first = edits[index];
      if (!first) break;
      const batch = [first];
      segment = this.#segmentOf(first, segment);
      index += 1;
      for (let next = edits[index]; next; next = edits[index]) {
        const end = this.#segments[segment]?.decodedEnd ?? 0;
        if (next.start >= end && segment < this.#segments.length - 1) break;
        batch.push(next);
        segment = this.#segmentOf(next, segment);
        index += 1;
      }
      planned.push(this.#planBatch(batch, this.#segments[segment]));
    }
    return planned;
  }

  /** The segment in which an edit ends. */
  #segmentOf(edit: DecodedEdit, from: number): number {
    const last = Math.max(edit.end - 1, edit.start);
    let segment = from;
    while (segment < this.#segments.length - 1 && (this.#segments[segment]?.decodedEnd ?? 0) <= last)
      segment += 1;
    return segment;
  }

  #planBatch(edits: readonly DecodedEdit[], segment: Segment | undefined): PlannedEdit {
    const group = this.#group(edits[0]?.start ?? 0);
    const pieces: Buffer[] = [];
    const findings = new Set<number>();
    let from = group.decoded;
    for (const edit of edits) {
      pieces.push(this.decoded.subarray(from, edit.start), edit.replacement);
      from = edit.end;
      for (const finding of edit.findings) findings.add(finding);
    }
    const behind = segment?.decodedEnd ?? this.decoded.length;
    pieces.push(this.decoded.subarray(from, behind));
    let text = Buffer.concat(pieces).toString('base64');
    const padsAnew = segment !== undefined && !text.endsWith('=') && this.#needsPadding(segment);
    if (padsAnew) text += filler.toString('base64');
    const before = this.#octets.subarray(this.#body.start, group.encoded);
    const column = before.length - (before.lastIndexOf(LF) + 1);
    const width = this.#width();
    const replacement = Buffer.from(wrap(text, column, width, this.#lineEnd), 'latin1');
    const end = Math.max(segment?.encodedEnd ?? this.#end, group.encoded);
    const changes = edits.map((edit) => ({
      span: { start: edit.start, end: edit.end },
      before: this.decoded.subarray(edit.start, edit.end),
      after: edit.replacement,
    }));
    if (padsAnew)
      changes.push({ span: { start: behind, end: behind }, before: filler.subarray(0, 0), after: filler });
    const change = { edits: changes, lineWidth: width === Infinity ? undefined : width };
    return { start: group.encoded, end, replacement, findings: [...findings], base64: change };
  }

  /** Its padding is what keeps some readers (c-client, Python) from taking what follows, a list's footer, for data. */
  #needsPadding({ encodedEnd }: Segment): boolean {
    if (this.#octets[encodedEnd - 1] !== equals) return false;
    for (let at = encodedEnd; at < this.#body.end; at += 1)
      if ((sextets[this.#octets[at] ?? 0] ?? -1) >= 0) return true;
    return false;
  }

  /** Characters on the first line; an encoding on one line stays on one, unless it is short. */
  #width(): number {
    const start = this.#table.encoded[1] ?? this.#body.start;
    const found = this.#octets.indexOf(LF, start);
    if (found < 0 || found >= this.#end) return this.#end - start > usualWidth ? Infinity : usualWidth;
    let width = found - start;
    if (this.#octets[found - 1] === 13) width -= 1;
    return Math.max(width, 4);
  }

  /** The group that holds a decoded octet; behind the last one, the place where another group would go. */
  #group(decoded: number): { encoded: number; encodedEnd: number; decoded: number } {
    const line = lastAtMost(this.#table.decoded, decoded);
    const onward = this.#cursor.line === line && this.#cursor.decoded <= decoded;
    let at = onward ? this.#cursor.encoded : (this.#table.encoded[line] ?? this.#body.start);
    let length = onward ? this.#cursor.decoded : (this.#table.decoded[line] ?? 0);
    let phase = 0;
    let group = { encoded: at, decoded: length };
    for (; at < this.#end; at += 1) {
      const octet = this.#octets[at] ?? 0;
      if ((sextets[octet] ?? -1) < 0) {
        if (octet === equals && phase >= 2 && endsGroup(this.#octets, at, this.#body.end, phase)) phase = 0;
      } else {
        if (phase === 0) group = { encoded: at, decoded: length };
        else length += 1;
        phase = (phase + 1) % 4;
      }
      if (length > decoded) break;
    }
    this.#cursor = { line, ...group };
    if (length <= decoded) return { encoded: this.#end, encodedEnd: this.#end, decoded: length };
    return { ...group, encodedEnd: this.#groupEnd(group.encoded) };
  }

  #groupEnd(start: number): number {
    let count = 0;
    for (let at = start; at < this.#end; at += 1) {
      const octet = this.#octets[at] ?? 0;
      if ((sextets[octet] ?? -1) >= 0 || octet === equals) count += 1;
      if (count === 4) return at + 1;
    }
    return this.#end;
  }
}

/** `text` in lines of `width`, the first of which has `column` characters already. */
function wrap(text: string, column: number, width: number, lineEnd: string): string {
  const first = Math.max(width - column, 0);
  if (text.length <= first) return text;
  const lines: string[] = first > 0 ? [text.slice(0, first)] : [''];
  for (let at = first; at < text.length; at += width) lines.push(text.slice(at, at + width));
  return lines.join(lineEnd);
}

/** RFC 2045 6.8. An edit re-encodes from its group to the padding, so that all octets in front of it stay. */
export function base64(octets: Buffer, body: Span, lineEnd: string): Transfer {
  return new Base64(octets, body, lineEnd);
}
