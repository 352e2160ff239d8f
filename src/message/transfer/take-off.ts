import type { Piece } from '../types.ts';
import { base64 } from './base64.ts';
import { identity } from './identity.ts';
import { quotedPrintable } from './quoted-printable.ts';
import type { Transfer } from './transfer.ts';

/** Takes the transfer encoding off a piece of the message. `lineEnd` is used where an edit makes a new line. */
export function takeOff(octets: Buffer, piece: Piece, lineEnd: string): Transfer {
  switch (piece.encoding) {
    case 'identity':
      return identity(octets, piece.span);
    case 'quoted-printable':
      return quotedPrintable(octets, piece.span, lineEnd);
    case 'base64':
      return base64(octets, piece.span, lineEnd);
    default:
      return piece.encoding satisfies never;
  }
}
