import type { Span } from '../../span.ts';
import type { Transfer } from './transfer.ts';

/** 7bit, 8bit, binary, and encodings that mail clients do not know. */
export function identity(octets: Buffer, body: Span): Transfer {
  const moved = (span: Span): Span => ({ start: body.start + span.start, end: body.start + span.end });
  return {
    decoded: octets.subarray(body.start, body.end),
    toOctets: moved,
    plan: (edits) =>
      edits.map(({ replacement, findings, ...span }) => ({ ...moved(span), replacement, findings })),
  };
}
