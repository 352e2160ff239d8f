import type { Span } from '../../span.ts';
import { lineAt, LF } from '../octets.ts';
import { lastAtMost } from './transfer.ts';
import type { DecodedEdit, PlannedEdit, Transfer } from './transfer.ts';

/** A line of data: its first character says how many octets it stands for. */
interface DataLine {
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

/** What encoders put on a line. */
const usualCount = 45;

/** A blank stands for nought as a backquote does, and one that was cut off at the end of a line, too. */
function sextet(octet: number | undefined): number {
  return ((octet ?? 32) - 32) & 63;
}

function character(value: number): number {
  return value === 0 ? 96 : value + 32;
}

function encodeLine(data: Buffer): string {
  const line = Buffer.alloc(1 + Math.ceil(data.length / 3) * 4);
  line[0] = character(data.length);
  for (let at = 0, to = 1; at < data.length; at += 3) {
    const bits = ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
    for (let shift = 18; shift >= 0; shift -= 6) line[to++] = character((bits >> shift) & 63);
  }
  return line.toString('latin1');
}

/** uuencode, from the first `begin` line to `end`. An edit writes its lines anew, no others. */
class Uuencode implements Transfer {
  readonly decoded: Buffer;
  readonly #body: Span;
  readonly #lineEnd: string;
  readonly #lines: DataLine[] = [];
  /** Where the data of each line begins in `decoded`. */
  readonly #starts: number[] = [];

  constructor(octets: Buffer, body: Span, lineEnd: string) {
    this.#body = body;
    this.#lineEnd = lineEnd;
    this.decoded = this.#decode(octets);
  }

  #decode(octets: Buffer): Buffer {
    const { start, end } = this.#body;
    const decoded = Buffer.allocUnsafe(end - start + 3);
    let length = 0;
    let begun = false;
    for (let position = start; position < end;) {
      const line = lineAt(octets, position, end, LF);
      position = line.next;
      if (octets.toString('latin1', line.start, Math.min(line.end, line.start + 6)) === 'begin ') {
        begun = true;
        continue;
      }
      if (!begun || line.end === line.start) continue;
      if (line.end - line.start < 9 && /^end\s*$/.test(octets.toString('latin1', line.start, line.end)))
        break;
      // A line may say that it stands for more than it has: blanks at its end get lost on the way, whole groups do not.
      const groups = Math.ceil((line.end - line.start - 1) / 4);
      const count = Math.min(sextet(octets[line.start]), groups * 3);
      if (count === 0) continue;
      this.#lines.push(line);
      this.#starts.push(length);
      for (let at = line.start + 1, done = 0; done < count; at += 4, done += 3) {
        let bits = 0;
        for (let digit = 0; digit < 4; digit += 1) {
          bits = (bits << 6) | sextet(at + digit < line.end ? octets[at + digit] : undefined);
        }
        decoded.writeUIntBE(bits, length + done, 3);
      }
      length += count;
    }
    return decoded.subarray(0, length);
  }

  toOctets(span: Span): Span {
    const first = this.#lines[lastAtMost(this.#starts, span.start)];
    const last = this.#lines[lastAtMost(this.#starts, Math.max(span.start, span.end - 1))];
    const { start } = first ?? this.#body;
    return { start, end: span.end > span.start ? (last?.end ?? start) : start };
  }

  plan(edits: readonly DecodedEdit[]): readonly PlannedEdit[] {
    const planned: PlannedEdit[] = [];
    for (let index = 0; index < edits.length;) {
      const batch: DecodedEdit[] = [];
      const first = lastAtMost(this.#starts, edits[index]?.start ?? 0);
      let last = first;
      for (let edit = edits[index]; edit; edit = edits[index]) {
        if (batch.length > 0 && lastAtMost(this.#starts, edit.start) > last) break;
        last = Math.max(last, lastAtMost(this.#starts, Math.max(edit.start, edit.end - 1)));
        batch.push(edit);
        index += 1;
      }
      const edit = this.#planBatch(batch, first, last);
      if (edit) planned.push(edit);
    }
    return planned;
  }

  #planBatch(edits: readonly DecodedEdit[], first: number, last: number): PlannedEdit | undefined {
    const firstLine = this.#lines[first];
    const lastLine = this.#lines[last];
    if (!firstLine || !lastLine) return undefined;
    const pieces: Buffer[] = [];
    let from = this.#starts[first] ?? 0;
    for (const edit of edits) {
      pieces.push(this.decoded.subarray(from, edit.start), edit.replacement);
      from = edit.end;
    }
    pieces.push(this.decoded.subarray(from, this.#starts[last + 1] ?? this.decoded.length));
    const data = Buffer.concat(pieces);
    const lines: string[] = [];
    for (let at = 0; at < data.length; at += usualCount)
      lines.push(encodeLine(data.subarray(at, at + usualCount)));
    return {
      start: firstLine.start,
      end: lines.length > 0 ? lastLine.end : lastLine.next,
      replacement: Buffer.from(lines.join(this.#lineEnd), 'latin1'),
      findings: [...new Set(edits.flatMap((edit) => edit.findings))],
    };
  }
}

/** `x-uuencode`, which no standard has and most clients read. Without a `begin` line it stands for nothing. */
export function uuencode(octets: Buffer, body: Span, lineEnd: string): Transfer {
  return new Uuencode(octets, body, lineEnd);
}
