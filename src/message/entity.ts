import { boundariesIn } from './boundary-parameter.ts';
import { decodeWords } from './encoded-word.ts';
import { fieldText } from './header.ts';
import { CR, LF } from './octets.ts';
import { readParameterised } from './parameters.ts';
import type { Parameterised } from './parameters.ts';
import type { ContentType, HeaderField, TransferEncoding } from './types.ts';

/** What a part's header says it is, with every way in which a reader may take a doubled or damaged field. */
export interface Entity {
  /** The first usable Content-Type, or the default. */
  readonly contentType: ContentType;
  /** The type of every Content-Type field, first one first; the default alone where there is none. */
  readonly types: readonly string[];
  /** Charsets named by any of them, lower case, first one first. */
  readonly charsets: readonly string[];
  /** Boundaries that some reader may use; more than one only where the header is damaged or doubled. */
  readonly boundaries: readonly string[];
  /** Boundaries that only a reader uses which cuts a damaged value elsewhere. */
  readonly doubtedBoundaries: readonly string[];
  /** Transfer encodings that some reader may use. */
  readonly encodings: readonly [TransferEncoding, ...TransferEncoding[]];
  /** Attachment in every reading. */
  readonly attachment: boolean;
  /** File names from either field, lower case. */
  readonly fileNames: readonly string[];
  /** Content-Type, -Transfer-Encoding or -Disposition stand twice and differ. */
  readonly conflicting: boolean;
}

const usableType = /^[^/\s;]{1,120}\/[^/\s;]{1,120}$/;
/** HTML with something glued to it (`text/html,`, `'text/html'`, `text/html/`): readers that cut or search take it for what it was meant to be. */
const likeHtml = /^[^a-z]{0,9}text\\?\/html(?![\w+.!-])/;
const likeMultipart = /^[^a-z]{0,9}multipart(?:\/|$)/;

/** The type that some reader takes a head for; undefined where it is none to any. */
function typeOf(head: string): string | undefined {
  if (likeHtml.test(head)) return 'text/html';
  if (likeMultipart.test(head) && !(usableType.test(head) && head.startsWith('multipart/')))
    return 'multipart/mixed';
  if (usableType.test(head)) return head;
  return undefined;
}

/** A Content-Type field in one way to read it. */
interface TypeField {
  readonly type: string | undefined;
  readonly read: Parameterised;
  readonly text: string;
}

function contentTypeOf({ type, read }: TypeField, fallback: string): ContentType {
  const params = new Map<string, string>();
  for (const { name, value } of read.parameters) if (!params.has(name)) params.set(name, value);
  return { type: type ?? fallback, params };
}

/** Octets that a C string ends at, and blanks at the end, are no part of a value. */
function clean(value: string): string {
  const nul = value.indexOf('\0');
  return (nul < 0 ? value : value.slice(0, nul)).trimEnd();
}

/**
 * A field with what does not belong in it, in each way to read it: ended at a NUL or without it, encoded words as they are or decoded,
 * backslashes outside of quotes left out (c-client, mailparser), ended at a bare CR, as what stands behind it is a field of its own to some.
 */
function waysToRead(text: string, value: string): readonly string[] {
  const plain = clean(text);
  const cut = /\r(?!\n)/.exec(value);
  const escaped = backslashedType.test(plain);
  if (!cut && !escaped && !text.includes('\0') && !text.includes('=?')) return [plain];
  const ways = [plain, text.replaceAll('\0', '').trimEnd(), decodeWords(plain)];
  if (cut) ways.push(clean(value.slice(0, cut.index).replace(/\n/g, '').trim()));
  if (escaped) ways.push(plain.replaceAll('\\', ''));
  return [...new Set(ways)];
}

const backslashedType = /^[^;"\\]{0,120}\\/;

/** To many readers (Dovecot, GMime, Go) a field that is anything else says nothing. */
const oneWord = /^[-a-zA-Z0-9]{1,20}$/;

/**
 * What the field says to who reads it all the same: some readers want it to be one word, others look at the first one, or for one that they know (postal-mime).
 */
function encodingsOf(text: string): readonly TransferEncoding[] {
  const found = oneWord.test(text) ? wordOf(text.toLowerCase()) : encodingsIn(text);
  // What no standard has is read by some and left as it is by others.
  return found.some((encoding) => encoding === 'uuencode' || encoding === 'yenc')
    ? [...found, 'identity']
    : found;
}

function encodingsIn(text: string): readonly TransferEncoding[] {
  const small = text.toLowerCase();
  const whole = encodingNamed(readParameterised(text).head);
  const first = encodingNamed(/^[-a-z0-9]{1,20}(?![-a-z0-9])/.exec(small.trimStart())?.[0] ?? '');
  return [...new Set([...(first === 'identity' ? [] : [first]), whole, ...wordsIn(small)])];
}

function wordOf(word: string): readonly TransferEncoding[] {
  const encoding = encodingNamed(word);
  return encoding === 'identity' ? [encoding, ...wordsIn(word)] : [encoding];
}

/** Encodings whose names stand somewhere in a value. */
function wordsIn(text: string): readonly TransferEncoding[] {
  return (['base64', 'quoted-printable'] as const).filter((word) => text.includes(word));
}

const named: ReadonlyMap<string, TransferEncoding> = new Map([
  ['base64', 'base64'],
  ['quoted-printable', 'quoted-printable'],
  ['x-uuencode', 'uuencode'],
  ['uuencode', 'uuencode'],
  ['x-uue', 'uuencode'],
  ['uue', 'uuencode'],
  ['x-uu', 'uuencode'],
  ['x-yencode', 'yenc'],
]);

function encodingNamed(word: string): TransferEncoding {
  return named.get(word) ?? 'identity';
}

interface FoundBoundaries {
  readonly sure: readonly string[];
  readonly doubted: readonly string[];
}

const noBoundaries: FoundBoundaries = { sure: [], doubted: [] };

function boundariesOf(types: readonly TypeField[]): FoundBoundaries {
  const multiparts = types.filter(({ type }) => type?.startsWith('multipart/') === true);
  if (multiparts.length === 0) return noBoundaries;
  const sure = new Set<string>();
  const doubted = new Set<string>();
  for (const { read, text } of multiparts) {
    for (const parameter of read.parameters) {
      if (parameter.name !== 'boundary') continue;
      sure.add(clean(parameter.value));
      if (!parameter.raw.startsWith('"') || !parameter.raw.endsWith('"')) sure.add(clean(parameter.raw));
    }
    for (const boundary of boundariesIn(text)) doubted.add(boundary);
  }
  // One that no parameter has is all there is to the readers that search for it.
  if (sure.size === 0) return { sure: [...doubted], doubted: [] };
  return { sure: [...sure], doubted: [...doubted].filter((boundary) => !sure.has(boundary)) };
}

/** The MIME fields of a header, each read, in their order. */
interface MimeFields {
  readonly types: TypeField[];
  readonly encodings: TransferEncoding[];
  /** Those of them that a field names. */
  readonly stated: Set<TransferEncoding>;
  readonly dispositions: Parameterised[];
  /** There is a disposition, and each is `attachment`: what any other word means is up to the reader, whatever RFC 2183 2.8 says. */
  attachment: boolean | undefined;
}

/** Up to a blank or what ends a word: Thunderbird's reading, in which it shows what is quoted, or is any other word. */
const attachmentWord = /^\s{0,9}attachment(?:[;,\s]|$)/i;

function mimeFields(octets: Buffer, fields: readonly HeaderField[]): MimeFields {
  const found: MimeFields = {
    types: [],
    encodings: [],
    stated: new Set(),
    dispositions: [],
    attachment: undefined,
  };
  const take = (name: string, value: string, inDoubt: boolean, raw: string): void => {
    switch (name) {
      case 'content-type':
        for (const text of waysToRead(value, raw)) {
          const read = readParameterised(text);
          found.types.push({ type: typeOf(read.head), read, text });
        }
        break;
      case 'content-transfer-encoding': {
        // Quotes and comments are no reason for a mail client to read it otherwise.
        const encodings = waysToRead(value, raw).flatMap(encodingsOf);
        const isDoubted = inDoubt || !oneWord.test(value) || /[^\t\r\n -~]/.test(raw);
        for (const encoding of encodings) {
          found.stated.add(encoding);
          if (!found.encodings.includes(encoding)) found.encodings.push(encoding);
        }
        if (isDoubted && !found.encodings.includes('identity')) found.encodings.push('identity');
        break;
      }
      case 'content-disposition':
        for (const text of waysToRead(value, raw)) {
          found.dispositions.push(readParameterised(text));
          if (text !== '') found.attachment = found.attachment !== false && attachmentWord.test(text);
        }
        break;
      default:
    }
  };
  for (const field of fields) {
    if (!field.name.startsWith('content-')) continue;
    const raw = octets.toString('latin1', field.valueSpan.start, field.valueSpan.end);
    take(field.name, fieldText({ octets }, field), isOddlyNamed(octets, field), raw);
  }
  for (const [name, value] of hiddenFields(octets, fields)) take(name, value, true, value);
  return found;
}

/** Something stands in its name or behind it, so that it is no field to some (a blank: Python, Go). */
function isOddlyNamed(octets: Buffer, { name, span }: HeaderField): boolean {
  return octets[span.start + name.length] !== 58;
}

const hiddenField = /\rcontent-(type|transfer-encoding|disposition)[ \t]{0,9}:([^\r\n]{0,998})/gi;

export function hasBareCr(octets: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (octets[at] === CR && octets[at + 1] !== LF) return true;
  return false;
}

/** MIME fields behind a bare CR, at which lines end to some readers (Thunderbird, Python). */
function hiddenFields(
  octets: Buffer,
  fields: readonly HeaderField[],
): readonly (readonly [string, string])[] {
  const [first] = fields;
  const last = fields.at(-1);
  if (!first || !last || !hasBareCr(octets, first.span.start, last.span.end)) return [];
  const text = octets.toString('latin1', first.span.start, last.span.end);
  return [...text.matchAll(hiddenField)].map(({ 1: name = '', 2: value = '' }) => [
    `content-${name.toLowerCase()}`,
    value.trim(),
  ]);
}

function charsetsOf(types: readonly Parameterised[]): readonly string[] {
  const charsets: string[] = [];
  for (const { parameters } of types) {
    for (const { name, value } of parameters) {
      if (name !== 'charset') continue;
      const charset = clean(value).toLowerCase();
      for (const way of [charset, mendedLabel(charset)])
        if (!charsets.includes(way) && charsets.length < maxCharsets) charsets.push(way);
    }
  }
  return charsets;
}

/** A label as readers take it that cut it at a mark, or do not mind which stand between its words. */
function mendedLabel(charset: string): string {
  const label = charset.replace(/^[^a-z0-9]{1,9}/, '').replace(/[-_\s]{1,9}/g, '-');
  return /^[-\w.+]{1,60}/.exec(label)?.[0] ?? charset;
}

/** More than any reader could choose from; a bound keeps hostile headers linear. */
const maxCharsets = 8;

function fileNamesOf(fields: readonly Parameterised[]): readonly string[] {
  return fields.flatMap(({ parameters }) =>
    parameters
      .filter(({ name }) => name === 'filename' || name === 'name')
      .map(({ value }) => value.trim().toLowerCase()),
  );
}

/** Reads the MIME fields of a header. `fallback` is the type where none is given (RFC 2045 5.2, RFC 2046 5.1.5). */
export function readEntity(octets: Buffer, fields: readonly HeaderField[], fallback: string): Entity {
  const { types: read, encodings, stated, dispositions, attachment = false } = mimeFields(octets, fields);
  const usable = read.filter(({ type }) => type !== undefined);
  const [first] = usable;
  const contentType = first
    ? contentTypeOf(first, fallback)
    : { type: fallback, params: new Map<string, string>() };
  const types = first ? usable.map(({ type }) => type ?? fallback) : [fallback];
  const boundaries = boundariesOf(usable);
  const parameterised = read.map((field) => field.read);
  const [encoding = 'identity', ...otherEncodings] = encodings;
  return {
    contentType,
    types,
    charsets: charsetsOf(parameterised),
    boundaries: boundaries.sure,
    doubtedBoundaries: boundaries.doubted,
    encodings: [encoding, ...otherEncodings],
    attachment,
    fileNames: fileNamesOf([...dispositions, ...parameterised]),
    conflicting: stated.size > 1 || types.some((type) => type !== types[0]),
  };
}
