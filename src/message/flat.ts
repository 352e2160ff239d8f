import type { Span } from '../span.ts';
import { readEntity } from './entity.ts';
import type { Entity } from './entity.ts';
import { readHeader } from './header.ts';
import { beforeLineEnd, isEmptyLine, lineAt, nextDashLine } from './octets.ts';
import type { Piece, Source } from './types.ts';

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

/**
 * The header that begins at `at` has a MIME field. It ends at an empty line or with the next dashes, so that all headers
 * together are read once.
 */
export function hasContentField(octets: Buffer, at: number, end: number, newline: number): boolean {
  let position = at;
  while (position < end) {
    if (startsContentField(octets, position, end)) return true;
    if (octets[position] === 45) return false;
    const line = lineAt(octets, position, end, newline);
    if (isEmptyLine(octets, line)) return false;
    position = line.next;
  }
  return false;
}

/** There is a line that begins with `--` and is followed by a MIME field: what any reader could take for a part. */
export function hasHiddenParts(octets: Buffer, region: Span, newline: number): boolean {
  let position = region.start;
  for (;;) {
    const found = nextDashLine(octets, position, region.end, newline);
    if (found < 0) return false;
    const line = lineAt(octets, found, region.end, newline);
    if (hasContentField(octets, line.next, region.end, newline)) return true;
    position = line.next;
  }
}

const binaryTypes = /^(image\/(?!svg)|audio\/|video\/|font\/|application\/(?!xhtml|xml|octet-stream))/;

interface Opened {
  readonly start: number;
  readonly encodings: Entity['encodings'];
  readonly charset: string | undefined;
}

/**
 * Reads a region without a tree: every `--` line that a MIME field follows begins a new piece, whatever the boundary;
 * what is plainly no text is left out. Delimiters and headers are in no piece, so nothing is ever edited there. Further
 * sources take the further ones of several transfer encodings.
 */
export function flatSources(octets: Buffer, region: Span, newline: number): readonly Source[] {
  const ways: { span: Span; encodings: Entity['encodings']; charset: string | undefined }[] = [];
  let open: Opened | undefined = { start: region.start, encodings: ['identity'], charset: undefined };
  const close = (end: number): void => {
    if (!open || open.start >= end) return;
    ways.push({ span: { start: open.start, end }, encodings: open.encodings, charset: open.charset });
  };
  let position = region.start;
  for (;;) {
    const found = nextDashLine(octets, position, region.end, newline);
    if (found < 0) break;
    const line = lineAt(octets, found, region.end, newline);
    position = line.next;
    if (!hasContentField(octets, line.next, region.end, newline)) continue;
    if (open) close(beforeLineEnd(octets, found, open.start, newline));
    const header = readHeader(octets, line.next, region.end, newline, (next) => octets[next.start] === 45);
    const { encodings, types, charsets } = readEntity(octets, header.fields, 'text/plain');
    const binary = encodings[0] === 'base64' && types.every((type) => binaryTypes.test(type));
    open = binary ? undefined : { start: header.bodyStart, encodings, charset: charsets[0] };
    position = header.bodyStart;
  }
  close(region.end);
  const most = ways.reduce((count, { encodings }) => Math.max(count, encodings.length), 0);
  return Array.from({ length: most }, (_, way) => ({
    role: 'html',
    pieces: ways.map(({ span, encodings, charset }): Piece => {
      const encoding = encodings[way] ?? encodings[0];
      return { span, encoding, charset };
    }),
  }));
}
