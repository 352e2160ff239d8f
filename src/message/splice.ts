import { inOrder } from './merge-edits.ts';
import type { Message, OctetEdit } from './types.ts';

/**
 * The edits by their place, as they are made in a message of so many octets. They may come in any order; they must not overlap (RangeError: a
 * bug of ours, never of the message). Insertions at one place keep their order.
 */
export function orderEdits(edits: readonly OctetEdit[], length: number): readonly OctetEdit[] {
  const ordered = inOrder(edits);
  let behind = 0;
  for (const { start, end } of ordered) {
    if (start < behind || end < start || end > length) {
      throw new RangeError('edits overlap or lie outside the message');
    }
    behind = end;
  }
  return ordered;
}

/** The message's octets with the edits made; all others are the original's. RangeError as `orderEdits`. */
export function spliceMessage({ octets }: Pick<Message, 'octets'>, edits: readonly OctetEdit[]): Buffer {
  const ordered = orderEdits(edits, octets.length);
  const growth = ordered.reduce(
    (sum, { start, end, replacement }) => sum + replacement.length - (end - start),
    0,
  );
  const out = Buffer.allocUnsafe(octets.length + growth);
  let from = 0;
  let to = 0;
  for (const { start, end, replacement } of ordered) {
    to += octets.copy(out, to, from, start);
    to += replacement.copy(out, to);
    from = end;
  }
  octets.copy(out, to, from);
  return out;
}
