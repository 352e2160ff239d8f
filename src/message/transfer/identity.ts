import type { Span } from '../../span.ts';
import type { DecodedEdit, PlannedEdit, Transfer } from './transfer.ts';

class Identity implements Transfer {
  readonly #octets: Buffer;
  readonly #start: number;
  readonly #end: number;

  constructor(octets: Buffer, body: Span) {
    this.#octets = octets;
    this.#start = body.start;
    this.#end = body.end;
  }

  get decoded(): Buffer {
    return this.#octets.subarray(this.#start, this.#end);
  }

  toOctets(span: Span): Span {
    return { start: this.#start + span.start, end: this.#start + span.end };
  }

  plan(edits: readonly DecodedEdit[]): readonly PlannedEdit[] {
    return edits.map(({ start, end, replacement, findings }) => ({
      start: this.#start + start,
      end: this.#start + end,
      replacement,
      findings,
    }));
  }
}

/** 7bit, 8bit, binary, and encodings that mail clients do not know. */
export function identity(octets: Buffer, body: Span): Transfer {
  return new Identity(octets, body);
}
