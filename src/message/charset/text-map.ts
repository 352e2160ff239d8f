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
  /** The octets to change for edits that are in order and do not overlap; undefined where no such octets are known. */
  plan(edit: FoundEdit): DecodedEdit | undefined;
}

/** The plan where an ASCII octet is always an ASCII character. */
export function planByOctets(toOctet: (position: number) => number, edit: FoundEdit): DecodedEdit {
  const start = toOctet(edit.start);
  const end = edit.end > edit.start ? toOctet(edit.end) : start;
  return { start, end, replacement: Buffer.from(edit.replacement, 'latin1'), findings: edit.findings };
}
