import type { Span } from '../../span.ts';
import { CR, LF } from '../octets.ts';
import type { Piece } from '../types.ts';
import { base64 } from './base64.ts';
import { identity } from './identity.ts';
import { quotedPrintable } from './quoted-printable.ts';
import type { Transfer } from './transfer.ts';
import { uuencode } from './uuencode.ts';
import { yenc } from './yenc.ts';

/** The line end that the body itself uses; `fallback` where it has none. */
function lineEndIn(octets: Buffer, { start, end }: Span, fallback: string): string {
  const found = octets.indexOf(LF, start);
  if (found < 0 || found >= end) return fallback;
  return found > start && octets[found - 1] === CR ? '\r\n' : '\n';
}

/** Takes the transfer encoding off a piece of the message. `fallback` is the line end of new lines in a body of one line. */
export function takeOff(octets: Buffer, piece: Piece, fallback: string): Transfer {
  switch (piece.encoding) {
    case 'identity':
      return identity(octets, piece.span);
    case 'quoted-printable':
      return quotedPrintable(octets, piece.span, lineEndIn(octets, piece.span, fallback));
    case 'base64':
      return base64(octets, piece.span, lineEndIn(octets, piece.span, fallback));
    case 'uuencode':
      return uuencode(octets, piece.span, lineEndIn(octets, piece.span, fallback));
    case 'yenc':
      return yenc(octets, piece.span);
    default:
      return piece.encoding satisfies never;
  }
}
