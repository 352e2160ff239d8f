import type { Span } from '../span.ts';
import { readEntity } from './entity.ts';
import { readHeader } from './header.ts';
import { beforeLineEnd, lineAt, nextDashLine } from './octets.ts';
import type { Piece } from './types.ts';

const content = Buffer.from('content-');

/** A field of RFC 2045 begins at `at`. */
function startsContentField(octets: Buffer, at: number, end: number): boolean {
  if (at + content.length > end) return false;
  for (let index = 0; index < content.length; index += 1) {
    // 0x20 makes letters small and leaves the hyphen as it is.
    if (((octets[at + index] ?? 0) | 0x20) !== content[index]) return false;
  }
  return true;
}

/** There is a line that begins with `--` and is followed by a MIME field: what any reader could take for a part. */
export function hasHiddenParts(octets: Buffer, region: Span, newline: number): boolean {
  let position = region.start;
  for (;;) {
    const found = nextDashLine(octets, position, region.end, newline);
    if (found < 0) return false;
    const line = lineAt(octets, found, region.end, newline);
    if (startsContentField(octets, line.next, region.end)) return true;
    position = line.next;
  }
}

const binaryTypes = /^(image\/(?!svg)|audio\/|video\/|font\/|application\/(?!xhtml|xml|octet-stream))/;

/**
 * Reads a region without a tree: every `--` line that a MIME field follows begins a new piece, whatever the boundary;
 * what is plainly no text is left out. Delimiters and headers are in no piece, so nothing is ever edited there.
 */
export function flatPieces(octets: Buffer, region: Span, newline: number): readonly Piece[] {
  const pieces: Piece[] = [];
  const add = (
    start: number,
    end: number,
    encoding: Piece['encoding'],
    charset: string | undefined,
  ): void => {
    if (start < end) pieces.push({ span: { start, end }, encoding, charset });
  };
  let open: { start: number; encoding: Piece['encoding']; charset: string | undefined } | undefined = {
    start: region.start,
    encoding: 'identity',
    charset: undefined,
  };
  let position = region.start;
  for (;;) {
    const found = nextDashLine(octets, position, region.end, newline);
    if (found < 0) break;
    const line = lineAt(octets, found, region.end, newline);
    position = line.next;
    if (!startsContentField(octets, line.next, region.end)) continue;
    if (open) add(open.start, beforeLineEnd(octets, found, open.start, newline), open.encoding, open.charset);
    const header = readHeader(octets, line.next, region.end, newline, (next) => octets[next.start] === 45);
    const entity = readEntity(octets, header.fields, 'text/plain');
    const [encoding] = entity.encodings;
    const binary = encoding === 'base64' && binaryTypes.test(entity.contentType.type);
    open = binary ? undefined : { start: header.bodyStart, encoding, charset: entity.charsets[0] };
    position = header.bodyStart;
  }
  if (open) add(open.start, region.end, open.encoding, open.charset);
  return pieces;
}
