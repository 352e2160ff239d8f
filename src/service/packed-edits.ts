import type { OctetEdit } from '../message/types.ts';

/** Edits on their way between threads: two buffers, where each edit with a buffer of its own would cost as much as the message. */
export interface PackedEdits {
  /** Start, end and length of the replacement, edit by edit. */
  readonly places: Float64Array<ArrayBuffer>;
  /** The replacements one behind the other. */
  readonly text: Uint8Array<ArrayBuffer>;
}

export function packEdits(edits: readonly OctetEdit[]): PackedEdits {
  const places = new Float64Array(edits.length * 3);
  const text = new Uint8Array(edits.reduce((sum, { replacement }) => sum + replacement.length, 0));
  let to = 0;
  for (const [index, { start, end, replacement }] of edits.entries()) {
    places.set([start, end, replacement.length], index * 3);
    text.set(replacement, to);
    to += replacement.length;
  }
  return { places, text };
}

export function unpackEdits({ places, text }: PackedEdits): readonly OctetEdit[] {
  const replacements = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  let from = 0;
  return Array.from({ length: places.length / 3 }, (_, index) => {
    const at = index * 3;
    const [start = 0, end = 0, length = 0] = [places[at], places[at + 1], places[at + 2]];
    const replacement = replacements.subarray(from, from + length);
    from += length;
    return { start, end, replacement };
  });
}
