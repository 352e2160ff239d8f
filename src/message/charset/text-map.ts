import type { TextEdit } from '../../span.ts';
import type { DecodedEdit } from '../transfer/transfer.ts';

export type FoundEdit = TextEdit & { readonly findings: readonly number[] };

/** Octets read as text, and the way back. */
export interface TextMap {
  readonly text: string;
  /** As in `TextReading.charset`. */
  readonly charset: string;
  /** The octet at which a character (a UTF-16 unit of `text`) begins; `text.length` gives the number of octets. */
  toOctet(position: number): number;
  /** The octets to change for edits that are in order and do not overlap. */
  plan(edits: readonly FoundEdit[]): PlannedText;
}

export interface PlannedText {
  /** In order; they may be fewer than the edits asked for, where several had to be made one. */
  readonly edits: readonly DecodedEdit[];
  /** Edits for which no octets are known that could be changed. */
  readonly refused: readonly FoundEdit[];
}

/** The plan where each edit stands for itself. */
export function planEach(
  edits: readonly FoundEdit[],
  planOne: (edit: FoundEdit) => DecodedEdit | undefined,
): PlannedText {
  const planned: DecodedEdit[] = [];
  const refused: FoundEdit[] = [];
  for (const edit of edits) {
    const one = planOne(edit);
    if (one) planned.push(one);
    else refused.push(edit);
  }
  return { edits: planned, refused };
}

export const noOctets = Buffer.alloc(0);

/** The plan where an ASCII octet is always an ASCII character. */
export function planByOctets(
  toOctet: (position: number) => number,
  edits: readonly FoundEdit[],
): PlannedText {
  return planEach(edits, (edit) => {
    const start = toOctet(edit.start);
    const end = edit.end > edit.start ? toOctet(edit.end) : start;
    const replacement = edit.replacement === '' ? noOctets : Buffer.from(edit.replacement, 'latin1');
    return { start, end, replacement, findings: edit.findings };
  });
}
