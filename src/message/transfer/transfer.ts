import type { Span } from '../../span.ts';
import type { Base64Change, OctetEdit } from '../types.ts';

/** A change of decoded octets. Spans of a list are in order and do not overlap. */
export interface DecodedEdit extends Span {
  readonly replacement: Buffer;
  readonly findings: readonly number[];
}

/** A change of the message's octets, with the findings it is made for. */
export interface PlannedEdit extends OctetEdit {
  readonly findings: readonly number[];
  readonly base64?: Base64Change;
}

/** A body with its transfer encoding taken off, and the way back. */
export interface Transfer {
  readonly decoded: Buffer;
  /** The octets of the message that stand for a span of decoded octets. */
  toOctets(span: Span): Span;
  /**
   * The octets to change so that the edited text, and nothing else, decodes differently. `edits` in order, not overlapping.
   */
  plan(edits: readonly DecodedEdit[]): readonly PlannedEdit[];
}

/** Index of the last entry of the ascending `table` that is not above `value`; 0 where there is none. */
export function lastAtMost(table: readonly number[], value: number): number {
  let low = 0;
  let high = table.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((table[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
