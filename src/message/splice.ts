import type { Message, OctetEdit } from './types.ts';

/**
 * The message's octets with the edits made; all others are the original's. The edits may come in any order; they must not
 * overlap (RangeError: a bug of ours, never of the message). Insertions at one place keep their order.
 */
export function spliceMessage(message: Pick<Message, 'octets'>, edits: readonly OctetEdit[]): Buffer {
  const { octets } = message;
  const ordered = edits.map((edit, index) => ({ edit, index }));
  ordered.sort((a, b) => a.edit.start - b.edit.start || a.edit.end - b.edit.end || a.index - b.index);
  const pieces: Buffer[] = [];
  let position = 0;
  for (const { edit } of ordered) {
    if (edit.start < position || edit.end < edit.start || edit.end > octets.length) {
      throw new RangeError('edits overlap or lie outside the message');
    }
    pieces.push(octets.subarray(position, edit.start), edit.replacement);
    position = edit.end;
  }
  pieces.push(octets.subarray(position));
  return Buffer.concat(pieces);
}
