import { inOrder } from './merge-edits.ts';
import type { Message, OctetEdit } from './types.ts';

/**
 * The message's octets with the edits made; all others are the original's. The edits may come in any order; they must not
 * overlap (RangeError: a bug of ours, never of the message). Insertions at one place keep their order.
 */
export function spliceMessage(message: Pick<Message, 'octets'>, edits: readonly OctetEdit[]): Buffer {
  const { octets } = message;
  const ordered = inOrder(edits);
  let length = octets.length;
  let behind = 0;
  for (const edit of ordered) {
    if (edit.start < behind || edit.end < edit.start || edit.end > octets.length) {
      throw new RangeError('edits overlap or lie outside the message');
    }
    length += edit.replacement.length - (edit.end - edit.start);
    behind = edit.end;
  }
  const out = Buffer.allocUnsafe(length);
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
