import { SURE_NESTING } from './caps.ts';
import { hexDigit, isLetter } from './characters.ts';
import type { Layer } from './place.ts';
import { Decoder, doubted, slice } from './source.ts';
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
  const comma = source.text.indexOf(',', start);
  if (comma < 0 || comma >= end) return NONE;
  const header = headerOf(source.text.slice(start, comma));
  const isCss = asSheet || header.isCss;
  const { isMarkup, base64 } = header;
  if (!isCss && !isMarkup) return NONE;
  const body = comma + 1;
  const octets = base64 ? octetsOfBase64(source.text.slice(body, end)) : undefined;
  const sources =
    octets === undefined
      ? [openPercent(source, body, end)]
      : [openWhole(source, start, end, octets.toString('utf8'), base64)];
  const all = octets ?? octetsOfPercent(source.text, body, end);
  if (all !== undefined) {
    for (const text of otherReadings(all)) sources.push(openWhole(source, start, end, text, base64));
    for (const text of legacyReadings(all)) {
      const read = openWhole(source, start, end, text, base64);
      // Several for one text: they share the budget of what is nested deep, or what is in them would be read for each.
      sources.push(doubted(read, SURE_NESTING));
    }
  }
  const documents: CarriedDocument[] = [];
  if (isCss) for (const one of sources) documents.push({ kind: 'css', source: one });
  if (isMarkup) for (const one of sources) documents.push({ kind: 'markup', source: one });
  return documents;
}

const NONE: readonly CarriedDocument[] = [];

/** What stands in front of the comma of a data: URL, and what it says. */
interface Header {
  readonly written: string;
  readonly isCss: boolean;
  readonly isMarkup: boolean;
  readonly base64: boolean;
}

const MAX_HEADER = 100;

/** The last one: the same comes again and again. */
let lastHeader: Header = { written: '', isCss: false, isMarkup: false, base64: false };

function headerOf(written: string): Header {
  if (lastHeader.written === written) return lastHeader;
  let header = written.slice(schemeEnd(written)).toLowerCase();
  if (/[\t\n\r ]/.test(header)) header = header.replaceAll(/[\t\n\r ]/g, '');
  const semicolon = header.indexOf(';');
  const type = semicolon < 0 ? header : header.slice(0, semicolon);
  const base64 = header.endsWith(';base64');
  const read = { written, isCss: type === 'text/css', isMarkup: /html|xml|xsl|svg/.test(type), base64 };
  // A copy, as a piece of a text keeps the whole of it.
  if (written.length <= MAX_HEADER)
    lastHeader = { ...read, written: Buffer.from(written, 'utf16le').toString('utf16le') };
  return read;
}

/** The text in charsets that are no superset of ASCII: UTF-16, and ISO-2022-JP with its escapes taken out. */
function otherReadings(octets: Buffer): readonly string[] {
  const readings: string[] = [];
  if (octets.includes(0)) {
    const even = octets.subarray(0, octets.length & ~1);
    readings.push(even.toString('utf16le'), Buffer.from(even).swap16().toString('utf16le'));
  }
  if (octets.includes(0x1b)) readings.push(octets.toString('utf8').replaceAll(/\x1b[$(][@A-Z]/g, ''));
  return readings;
}

/** A `\` that is the second octet of a character, so that it escapes nothing. */
const SWALLOWED = /[\x81-\xfe]\\/;
const LEGACY = ['shift_jis', 'gb18030', 'big5'];

/**
 * The text in charsets of Asia, one of each kind, where they may differ from UTF-8 in what is ASCII: it, or the page around, names one. In
 * ISO-2022-JP, what looks like a quote may be half of a character.
 */
function legacyReadings(octets: Buffer): readonly string[] {
  const labels = SWALLOWED.test(octets.toString('latin1')) ? LEGACY : [];
  const all = octets.includes(0x1b) ? [...labels, 'iso-2022-jp'] : labels;
  return all.map((label) => new TextDecoder(label).decode(octets));
}

/** Whether a value is a data: URL, as the URL parser sees it (leading controls and inner line breaks do not count). */
export function isDataUrl(value: string): boolean {
  return schemeEnd(value) > 0;
}

const SCHEME = 'data:';

/** Behind the `:` of a data: URL; 0 for any other. */
function schemeEnd(value: string): number {
  let at = 0;
  while (at < value.length && value.charCodeAt(at) <= 0x20) at += 1;
  for (let letter = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (letter > 0 && isDropped(code)) continue;
    if ((code | 0x20) !== (SCHEME.charCodeAt(letter) | 0x20)) return 0;
    letter += 1;
    if (letter === SCHEME.length) return at + 1;
  }
  return 0;
}

/** What the URL parser takes out wherever it stands. */
function isDropped(code: number): boolean {
  return code === 0x09 || code === 0x0a || code === 0x0d;
}

const IN_PERCENT: readonly Layer[] = [{ kind: 'data-url', base64: false }];

/** [start, end) with its percent escapes decoded. */
export function openPercent(source: Source, start: number, end: number): Source {
  const cut = slice(source, start, end, IN_PERCENT);
  const inner = doubted(cut, 1);
  if (!/[%\t\n\r]/.test(cut.text)) return inner;
  const built = new Decoder(inner);
  let copied = 0;
  for (let at = 0; at < cut.text.length; at += 1) {
    const code = cut.text.charCodeAt(at);
    const dropped = isDropped(code);
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
  const built = new Decoder(doubted(cut, 1));
  built.put(text, 0, end - start);
  return built.finish();
}

/** Whatever stands in base64 in a text that is not read any more, each as a document. */
export function openAllBase64(source: Source): readonly Source[] {
  const { text } = source;
  const all: Source[] = [];
  for (let at = text.indexOf(','); at >= 0; at = text.indexOf(',', at + 1)) {
    if (!/;\s{0,9}base64\s{0,9}$/i.test(text.slice(Math.max(0, at - 30), at))) continue;
    let end = at + 1;
    while (end < text.length && isBase64(text.charCodeAt(end))) end += 1;
    const octets = Buffer.from(text.slice(at + 1, end), 'base64');
    if (octets.length < SHORTEST) continue;
    all.push(openWhole(source, dataStart(text, at), end, octets.toString('utf8'), true));
  }
  return all;
}

/** Where the data: URL begins whose comma stands at `comma`. */
function dataStart(text: string, comma: number): number {
  const from = Math.max(0, comma - 200);
  const found = text.slice(from, comma).toLowerCase().lastIndexOf(SCHEME);
  return found < 0 ? comma + 1 : from + found;
}

/** Shorter ones hold no URL. */
const SHORTEST = 8;

function isBase64(code: number): boolean {
  if (code >= 0x30) return code <= 0x39 || code === 0x3d || isLetter(code);
  return code === 0x2b || code === 0x2f || code === 0x20 || isDropped(code);
}

function octetsOfBase64(text: string): Buffer {
  if (!text.includes('%')) return Buffer.from(text, 'base64');
  const letters = text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(letters, 'base64');
}

/** undefined where all charsets say the same. */
function octetsOfPercent(source: string, start: number, end: number): Buffer | undefined {
  let at = start;
  while (at < end && source.charCodeAt(at) !== 0x25 && source.charCodeAt(at) < 0x80) at += 1;
  if (at >= end) return undefined;
  const text = source.slice(start, end);
  if (!/%(?:00|1b)|(?:%[89a-f][0-9a-f]|[^\0-\x7f])(?:%5c|\\)/i.test(text)) return undefined;
  return percentless(Buffer.from(text.replaceAll(/[\t\n\r]/g, '')));
}

/** The octets with those in percent escapes in their places, in the same memory. */
function percentless(octets: Buffer): Buffer {
  let length = 0;
  for (let at = 0; at < octets.length; at += 1, length += 1) {
    const octet = octets[at] ?? 0;
    const high = octet === 0x25 ? hexDigit(octets[at + 1] ?? 0) : -1;
    const low = high < 0 ? -1 : hexDigit(octets[at + 2] ?? 0);
    if (low >= 0) at += 2;
    octets[length] = low < 0 ? octet : high * 16 + low;
  }
  return octets.subarray(0, length);
}
