import type { Span } from '../span.ts';
import { calendarHtml } from './calendar.ts';
import { octetText } from './charset/ascii-based.ts';
import { isAsciiBased, readText } from './charset/read-text.ts';
import type { TextMap } from './charset/text-map.ts';
import { pgpSpans } from './openpgp.ts';
import { takeOff } from './transfer/take-off.ts';
import type { Transfer } from './transfer/transfer.ts';
import type { Message, Part, PartRole, Piece, Source, TextReading } from './types.ts';

/**
 * Between two pieces that are read as one text (flat): closes a tag or attribute that the first leaves open, in either
 * quote, so that it cannot hide the next. It stands for no octets.
 */
export const pieceBreak = '\n"\'>\n';

/** A piece with its encodings taken off; `textStart` is where it stands in the reading's text. */
export interface ReadPiece {
  readonly piece: Piece;
  readonly transfer: Transfer;
  readonly map: TextMap;
  readonly textStart: number;
}

/** A reading with all that is needed to go back from its text to octets. */
export interface Reading extends TextReading {
  /** At least one. */
  readonly pieces: readonly ReadPiece[];
}

function readSource(message: Message, part: Part, source: Source, firstIndex: number): readonly Reading[] {
  const [first] = source.pieces;
  if (!first) return [];
  return source.pieces.length === 1
    ? readPiece(message, part, source.role, first, firstIndex)
    : [readFlat(message, part, source.role, source.pieces, firstIndex)];
}

function readPiece(
  message: Message,
  part: Part,
  role: PartRole,
  piece: Piece,
  firstIndex: number,
): readonly Reading[] {
  const transfer = takeOff(message.octets, piece, message.lineEnd);
  const decoded = readText(transfer.decoded, piece.charset, role);
  const maps = role === 'calendar' ? [calendarHtml(decoded[0])] : decoded;
  return maps.map((map, offset) => ({
    pieces: [{ piece, transfer, map, textStart: 0 }],
    part,
    index: firstIndex + offset,
    text: map.text,
    charset: map.charset,
    role: role === 'calendar' ? 'html' : role,
    exempt: role === 'plain' ? pgpSpans(map.text) : [],
  }));
}

/** Many pieces as one text, since there may be a hundred thousand of them. */
function readFlat(
  message: Message,
  part: Part,
  role: PartRole,
  sources: readonly Piece[],
  index: number,
): Reading {
  let textStart = 0;
  const pieces = sources.map((piece): ReadPiece => {
    const transfer = takeOff(message.octets, piece, message.lineEnd);
    const plain = piece.encoding === 'identity' && isAsciiBased(piece.charset);
    const map = plain
      ? octetText(message.octets.toString('latin1', piece.span.start, piece.span.end))
      : readText(transfer.decoded, piece.charset, role)[0];
    const read = { piece, transfer, map, textStart };
    textStart += map.text.length + pieceBreak.length;
    return read;
  });
  const text = pieces.map(({ map }) => map.text).join(pieceBreak);
  return { pieces, part, index, text, charset: 'octets', role, exempt: [] };
}

/**
 * The texts of a part, one for each way in which clients read its octets, with the way back to them; empty for what is kept or no text. AMP and
 * calendar parts are read, to report on them. Memory: the decoded octets and text, and a few marks of where they stand.
 */
export function readTexts(message: Message, part: Part): readonly Reading[] {
  const readings: Reading[] = [];
  for (const source of part.sources ?? [])
    readings.push(...readSource(message, part, source, readings.length));
  return readings;
}

/** The piece that holds a character of a reading's text. */
export function pieceAt(reading: Reading, position: number): ReadPiece | undefined {
  let low = 0;
  let high = reading.pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((reading.pieces[middle]?.textStart ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return reading.pieces[low];
}

/** The octets of the message that stand for a span of a reading's text, for reports. */
export function readingSpanToOctets(reading: Reading, span: Span): Span {
  const piece = pieceAt(reading, span.start);
  if (!piece) return { start: reading.part.body.start, end: reading.part.body.start };
  const length = piece.map.text.length;
  const start = piece.map.toOctet(Math.min(span.start - piece.textStart, length));
  const end = piece.map.toOctet(Math.min(span.end - piece.textStart, length));
  return piece.transfer.toOctets({ start, end: Math.max(start, end) });
}
