import { hexDigit } from './characters.ts';
import type { Layer } from './place.ts';
import { Decoder, slice } from './source.ts';
import type { Source } from './source.ts';

/** A document that a data: URL carries. */
export interface CarriedDocument {
  readonly kind: 'markup' | 'css';
  readonly source: Source;
}

/**
 * What the data: URL [start, end) of the source carries that can load more, in every reading of its octets; nothing for the others (images,
 * fonts). `asSheet`: it is asked for as a style sheet, which browsers take for one whatever its type says (quirks mode).
 */
export function openDataUrl(
  source: Source,
  start: number,
  end: number,
  asSheet: boolean,
): readonly CarriedDocument[] {
  const comma = source.text.slice(start, end).indexOf(',');
  if (comma < 0) return [];
  let header = source.text.slice(start + 5, start + comma).toLowerCase();
  if (/[\t\n\r ]/.test(header)) header = header.replaceAll(/[\t\n\r ]/g, '');
  const semicolon = header.indexOf(';');
  const type = semicolon < 0 ? header : header.slice(0, semicolon);
  const isCss = asSheet || type === 'text/css';
  const isMarkup = /html|xml|xsl|svg/.test(type);
  if (!isCss && !isMarkup) return [];
  const body = start + comma + 1;
  const base64 = header.endsWith(';base64');
  const octets = base64 ? octetsOfBase64(source.text.slice(body, end)) : undefined;
  const sources =
    octets === undefined
      ? [openPercent(source, body, end)]
      : [openWhole(source, start, end, octets.toString('utf8'), base64)];
  for (const text of otherReadings(octets ?? octetsOfPercent(source.text.slice(body, end))))
    sources.push(openWhole(source, start, end, text, base64));
  const documents: CarriedDocument[] = [];
  if (isCss) for (const one of sources) documents.push({ kind: 'css', source: one });
  if (isMarkup) for (const one of sources) documents.push({ kind: 'markup', source: one });
  return documents;
}

/** The text in charsets that are no superset of ASCII: UTF-16, and ISO-2022-JP with its escapes taken out. */
function otherReadings(octets: Buffer | undefined): readonly string[] {
  if (octets === undefined) return [];
  const readings: string[] = [];
  if (octets.includes(0)) {
    const even = octets.subarray(0, octets.length & ~1);
    readings.push(even.toString('utf16le'), Buffer.from(even).swap16().toString('utf16le'));
  }
  if (octets.includes(0x1b)) readings.push(octets.toString('utf8').replaceAll(/\x1b[$(][@A-Z]/g, ''));
  return readings;
}

/** Whether a value is a data: URL, as the URL parser sees it (leading controls and inner line breaks do not count). */
export function isDataUrl(value: string): boolean {
  return /^[\0-\x20]*d[\t\n\r]?a[\t\n\r]?t[\t\n\r]?a[\t\n\r]?:/i.test(value.slice(0, 64));
}

const IN_PERCENT: readonly Layer[] = [{ kind: 'data-url', base64: false }];

function openPercent(source: Source, start: number, end: number): Source {
  const cut = slice(source, start, end, IN_PERCENT);
  const inner = { ...cut, doubtful: true, nesting: source.nesting + 1 };
  if (!/[%\t\n\r]/.test(cut.text)) return inner;
  const built = new Decoder(inner);
  let copied = 0;
  for (let at = 0; at < cut.text.length; at += 1) {
    const code = cut.text.charCodeAt(at);
    const dropped = code === 0x09 || code === 0x0a || code === 0x0d;
    const octet = dropped ? -1 : octetAt(cut.text, at);
    if (!dropped && octet < 0) continue;
    built.copy(copied, at);
    copied = dropped ? at + 1 : at + 3;
    if (octet >= 0x80) {
      const octets = [octet];
      for (let next = octetAt(cut.text, copied); next >= 0x80; next = octetAt(cut.text, copied)) {
        octets.push(next);
        copied += 3;
      }
      built.put(Buffer.from(octets).toString('utf8'), at, copied);
    } else if (!dropped) built.put(String.fromCharCode(octet), at, copied);
    at = copied - 1;
  }
  built.copy(copied, cut.text.length);
  return built.finish();
}

/** The octet that `%xx` at `at` stands for, or -1. */
function octetAt(text: string, at: number): number {
  if (text.charCodeAt(at) !== 0x25) return -1;
  const high = hexDigit(text.charCodeAt(at + 1));
  const low = hexDigit(text.charCodeAt(at + 2));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/** Every character of such a document stands for the whole URL: one place in it takes the document with it. */
function openWhole(source: Source, start: number, end: number, text: string, base64: boolean): Source {
  const cut = slice(source, start, end, [{ kind: 'data-url', base64 }]);
  const built = new Decoder({ ...cut, doubtful: true, nesting: source.nesting + 1 });
  built.put(text, 0, end - start);
  return built.finish();
}

function octetsOfBase64(text: string): Buffer {
  return Buffer.from(percentless(text), 'base64');
}

/** undefined where all charsets say the same. */
function octetsOfPercent(text: string): Buffer | undefined {
  return /%(?:00|1b)/i.test(text)
    ? Buffer.from(percentless(text.replaceAll(/[\t\n\r]/g, '')), 'latin1')
    : undefined;
}

function percentless(text: string): string {
  return text.includes('%')
    ? text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
}
