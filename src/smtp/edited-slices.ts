import type { OctetEdit } from '../message/types.ts';

/** By how much the edits make a message longer. */
export function growthOf(edits: readonly OctetEdit[]): number {
  return edits.reduce((sum, { start, end, replacement }) => sum + replacement.length - (end - start), 0);
}

/** A message with edits made that are in order and do not overlap; itself where there are none. */
export function edited(octets: Buffer, edits: readonly OctetEdit[]): Buffer {
  if (edits.length === 0) return octets;
  const pieces: Buffer[] = [];
  let behind = 0;
  for (const { start, end, replacement } of edits) {
    pieces.push(octets.subarray(behind, start), replacement);
    behind = end;
  }
  return Buffer.concat([...pieces, octets.subarray(behind)]);
}

/** A message that comes in slices, with edits made that are in order and do not overlap. A slice is done with once the next one is asked for. */
export async function* editedSlices(
  slices: AsyncIterable<Buffer>,
  edits: readonly OctetEdit[],
): AsyncGenerator<Buffer> {
  /** Octets of the original before the slice. */
  let before = 0;
  /** Up to here the original is gone out, or taken out. */
  let behind = 0;
  let next = 0;
  for await (const slice of slices) {
    const end = before + slice.length;
    const pieces: Buffer[] = [];
    const upTo = (place: number): void => {
      if (place > behind) pieces.push(slice.subarray(behind - before, place - before));
      behind = Math.max(behind, place);
    };
    for (let edit = edits[next]; edit !== undefined && edit.start < end; edit = edits[++next]) {
      upTo(edit.start);
      pieces.push(edit.replacement);
      behind = edit.end;
    }
    upTo(end);
    before = end;
    const [only = slice] = pieces;
    // Together, or each edit would be a visit to the socket.
    if (pieces.length > 0) yield pieces.length === 1 ? only : Buffer.concat(pieces);
  }
  for (const { replacement } of edits.slice(next)) yield replacement;
}
