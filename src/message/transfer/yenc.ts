import type { Span } from '../../span.ts';
import { CR, lineAt, LF } from '../octets.ts';
import { lastAtMost } from './transfer.ts';
import type { DecodedEdit, PlannedEdit, Transfer } from './transfer.ts';

const equals = 61;
const shift = 42;
const escapeShift = 64;
/** Octets that are written with an escape: what ends a line, is an escape, or gets lost. */
const critical = new Set([0, 9, LF, CR, 32, 46, equals]);

/** yEnc, from `=ybegin` to `=yend`. An edit changes its own octets; the numbers on those two lines stay, no reader of mail checks them. */
class Yenc implements Transfer {
  readonly decoded: Buffer;
  readonly #octets: Buffer;
  readonly #body: Span;
  /** Where lines begin: as octets of the message, and in `decoded`. */
  readonly #encodedStarts: number[] = [];
  readonly #starts: number[] = [];
  /** Where the last look-up ended, so that many of them on one endless line stay linear. */
  #cursor = { at: 0, decoded: -1 };
  #end: number;

  constructor(octets: Buffer, body: Span) {
    this.#octets = octets;
    this.#body = body;
    this.#end = body.start;
    this.decoded = this.#decode();
  }

  #decode(): Buffer {
    const octets = this.#octets;
    const { start, end } = this.#body;
    const decoded = Buffer.allocUnsafe(end - start);
    let length = 0;
    let begun = false;
    for (let position = start; position < end;) {
      const line = lineAt(octets, position, end, LF);
      position = line.next;
      const head = octets.toString('latin1', line.start, Math.min(line.end, line.start + 8));
      if (head.startsWith('=ybegin ')) begun = true;
      if (!begun || head.startsWith('=y')) {
        if (begun && head.startsWith('=yend')) break;
        continue;
      }
      this.#encodedStarts.push(line.start);
      this.#starts.push(length);
      for (let at = line.start; at < line.end; at += 1) {
        let value = (octets[at] ?? 0) - shift;
        if (octets[at] === equals && at + 1 < line.end) {
          at += 1;
          value = (octets[at] ?? 0) - escapeShift - shift;
        }
        decoded[length++] = value & 255;
      }
      this.#end = line.end;
    }
    return decoded.subarray(0, length);
  }

  toOctets(span: Span): Span {
    const { start } = this.#locate(span.start);
    return { start, end: span.end > span.start ? this.#locate(span.end - 1).end : start };
  }

  plan(edits: readonly DecodedEdit[]): readonly PlannedEdit[] {
    return edits.map((edit) => {
      const octets = [...edit.replacement].flatMap((octet) => {
        const value = (octet + shift) & 255;
        return critical.has(value) ? [equals, (value + escapeShift) & 255] : [value];
      });
      return { ...this.toOctets(edit), replacement: Buffer.from(octets), findings: edit.findings };
    });
  }

  /** Where the octets stand that stand for a decoded one; behind the last one, the end of the data. */
  #locate(decoded: number): Span {
    if (decoded >= this.decoded.length) return { start: this.#end, end: this.#end };
    const line = lastAtMost(this.#starts, decoded);
    let at = this.#encodedStarts[line] ?? this.#end;
    let position = this.#starts[line] ?? 0;
    const cursor = this.#cursor;
    if (cursor.decoded >= position && cursor.decoded <= decoded) ({ at, decoded: position } = cursor);
    while (position < decoded) {
      at += this.#width(at);
      position += 1;
    }
    this.#cursor = { at, decoded };
    return { start: at, end: at + this.#width(at) };
  }

  #width(at: number): number {
    const next = this.#octets[at + 1];
    return this.#octets[at] === equals && at + 1 < this.#body.end && next !== LF && next !== CR ? 2 : 1;
  }
}

/** `x-yencode`, as Thunderbird reads it. Without a `=ybegin` line it stands for nothing. */
export function yenc(octets: Buffer, body: Span): Transfer {
  return new Yenc(octets, body);
}
