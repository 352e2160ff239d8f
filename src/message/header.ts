import type { Span } from '../span.ts';
import { isBlankOctet, isEmptyLine, lineAt } from './octets.ts';
import type { Line } from './octets.ts';
import type { HeaderField, Message } from './types.ts';

export interface Header {
  readonly fields: readonly HeaderField[];
  /** The fields, without the empty line behind them. */
  readonly span: Span;
  readonly bodyStart: number;
  /** First line that is no field: some readers (Python's email) begin the body here. */
  readonly junkStart: number | undefined;
}

/** Longest field name that is looked for; behind it a line is no field. */
const maxNameOctets = 1000;

/** Position of the colon of a field line, or -1. Blanks in front of the colon are old syntax (RFC 5322 4.5) and allowed. */
function colonOf(octets: Buffer, line: Line): number {
  const limit = Math.min(line.end, line.start + maxNameOctets);
  let at = line.start;
  for (; at < limit; at += 1) {
    const octet = octets[at] ?? 0;
    if (octet === 58) return at > line.start ? at : -1;
    if (octet < 33 || octet === 127) break;
  }
  if (at === line.start) return -1;
  while (at < limit && isBlankOctet(octets[at])) at += 1;
  return octets[at] === 58 && at < limit ? at : -1;
}

/** A MIME field whose name has octets in it or around it that some readers leave out: NULs, blanks, a fold, a byte order mark. */
function mendedField(
  octets: Buffer,
  start: number,
  end: number,
): { name: string; value: number } | undefined {
  const head = octets.toString('latin1', start, Math.min(end, start + 60));
  const colon = head.indexOf(':');
  const name = head
    .slice(0, Math.max(colon, 0))
    .replace(/[^!-~]/g, '')
    .toLowerCase();
  if (!/^content-(?:type|transfer-encoding|disposition)$/.test(name)) return undefined;
  return { name, value: start + colon + 1 };
}

/**
 * Reads a header block: fields up to the first empty line, the first line for which `stopsAt` holds (a delimiter before any
 * empty line), or `limit`. Never fails; a line that is no field becomes one with an empty name.
 */
export function readHeader(
  octets: Buffer,
  start: number,
  limit: number,
  newline: number,
  stopsAt: (line: Line) => boolean,
): Header {
  const fields: HeaderField[] = [];
  let junkStart: number | undefined;
  let open: { name: string; start: number; value: number; end: number; next: number } | undefined;
  const close = (): void => {
    if (!open) return;
    const mended = /^[!-~]+$/.test(open.name) ? undefined : mendedField(octets, open.start, open.end);
    if (mended && (junkStart === undefined || junkStart > open.start)) junkStart = open.start;
    fields.push({
      name: mended?.name ?? open.name,
      span: { start: open.start, end: open.next },
      valueSpan: { start: mended?.value ?? open.value, end: open.end },
    });
    open = undefined;
  };
  let position = start;
  while (position < limit) {
    const line = lineAt(octets, position, limit, newline);
    if (isEmptyLine(octets, line)) {
      close();
      return { fields, span: { start, end: position }, bodyStart: line.next, junkStart };
    }
    if (stopsAt(line)) break;
    if (open && isBlankOctet(octets[position])) {
      open.end = line.end;
      open.next = line.next;
    } else {
      close();
      const colon = colonOf(octets, line);
      if (colon < 0) junkStart ??= position;
      const name = colon < 0 ? '' : octets.toString('latin1', position, colon).trimEnd().toLowerCase();
      open = {
        name,
        start: position,
        value: colon < 0 ? position : colon + 1,
        end: line.end,
        next: line.next,
      };
    }
    position = line.next;
  }
  close();
  return { fields, span: { start, end: position }, bodyStart: position, junkStart };
}

/** The value of a field, unfolded (RFC 5322 2.2.3) and without blanks around it; octets 128-255 as U+0080-U+00FF. */
export function fieldText(message: Pick<Message, 'octets'>, field: HeaderField): string {
  return unfold(message.octets.toString('latin1', field.valueSpan.start, field.valueSpan.end));
}

function unfold(value: string): string {
  return (/[\r\n]/.test(value) ? value.replace(/[\r\n]/g, '') : value).trim();
}

export function fieldsNamed(fields: readonly HeaderField[], name: string): readonly HeaderField[] {
  return fields.filter((field) => field.name === name);
}

/**
 * Whole fields of the message's header that bear our name, in any case and folding, and with octets in the name that show nothing (a byte
 * order mark, a blank of no width): a field of ours that came in from outside says nothing, and is removed before ours is written.
 */
export function ownFields(message: Message, headerName: string): readonly Span[] {
  const name = headerName.toLowerCase();
  const isOwn = (given: string): boolean =>
    given === name || (given.length > name.length && given.replace(/[^!-~]/g, '') === name);
  return message.fields.filter((field) => isOwn(field.name)).map((field) => field.span);
}
