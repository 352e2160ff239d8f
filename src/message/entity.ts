import { fieldText } from './header.ts';
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
  /** Transfer encodings that some reader may use. */
  readonly encodings: readonly [TransferEncoding, ...TransferEncoding[]];
  /** Attachment in every reading. */
  readonly attachment: boolean;
  /** `Content-Disposition: inline` in so many words. */
  readonly inline: boolean;
  /** File names from either field, lower case. */
  readonly fileNames: readonly string[];
  /** Content-Type, -Transfer-Encoding or -Disposition stand twice and differ. */
  readonly conflicting: boolean;
}

const usableType = /^[^/\s;]{1,120}\/[^/\s;]{1,120}$/;

function contentTypeOf(read: Parameterised): ContentType {
  const params = new Map<string, string>();
  for (const { name, value } of read.parameters) if (!params.has(name)) params.set(name, value);
  return { type: read.head, params };
}

/** Octets that a C string ends at, and blanks at the end, are no part of a value. */
function clean(value: string): string {
  const nul = value.indexOf('\0');
  return (nul < 0 ? value : value.slice(0, nul)).trimEnd();
}

/** What the field says in each way of reading it: some readers want it to be one word, others look at the first one. */
function encodingsOf(text: string): readonly TransferEncoding[] {
  if (/^[-a-zA-Z0-9]{1,20}$/.test(text)) return [encodingNamed(text.toLowerCase())];
  const { head } = readParameterised(text);
  const whole = encodingNamed(head);
  const first = encodingNamed(
    /^[-a-z0-9]{1,20}(?![-a-z0-9])/.exec(text.trimStart().toLowerCase())?.[0] ?? '',
  );
  return whole === first || first === 'identity' ? [whole] : [first, whole];
}

function encodingNamed(word: string): TransferEncoding {
  return word === 'base64' || word === 'quoted-printable' ? word : 'identity';
}

function boundariesOf(types: readonly Parameterised[]): readonly string[] {
  const found = new Set<string>();
  for (const type of types) {
    if (!type.head.startsWith('multipart/')) continue;
    for (const parameter of type.parameters) {
      if (parameter.name !== 'boundary') continue;
      found.add(clean(parameter.value));
      if (!parameter.raw.startsWith('"') || !parameter.raw.endsWith('"')) found.add(clean(parameter.raw));
    }
  }
  return [...found];
}

/** The MIME fields of a header, each read, in their order. */
interface MimeFields {
  readonly types: Parameterised[];
  readonly encodings: TransferEncoding[];
  readonly dispositions: Parameterised[];
}

function mimeFields(octets: Buffer, fields: readonly HeaderField[]): MimeFields {
  const found: MimeFields = { types: [], encodings: [], dispositions: [] };
  for (const field of fields) {
    if (!field.name.startsWith('content-')) continue;
    switch (field.name) {
      case 'content-type':
        found.types.push(readParameterised(clean(fieldText({ octets }, field))));
        break;
      case 'content-transfer-encoding': {
        // Quotes and comments are no reason for a mail client to read it otherwise.
        for (const encoding of encodingsOf(clean(fieldText({ octets }, field)))) {
          if (!found.encodings.includes(encoding)) found.encodings.push(encoding);
        }
        break;
      }
      case 'content-disposition':
        found.dispositions.push(readParameterised(clean(fieldText({ octets }, field))));
        break;
      default:
    }
  }
  return found;
}

function charsetsOf(types: readonly Parameterised[]): readonly string[] {
  const charsets: string[] = [];
  for (const { parameters } of types) {
    for (const { name, value } of parameters) {
      if (name !== 'charset') continue;
      const charset = clean(value).toLowerCase();
      if (!charsets.includes(charset) && charsets.length < maxCharsets) charsets.push(charset);
    }
  }
  return charsets;
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
  const { types: read, encodings, dispositions } = mimeFields(octets, fields);
  const usable = read.filter((type) => usableType.test(type.head));
  const [first] = usable;
  const contentType = first ? contentTypeOf(first) : { type: fallback, params: new Map<string, string>() };
  const types = first ? usable.map((type) => type.head) : [fallback];
  const [encoding = 'identity', ...otherEncodings] = encodings;
  return {
    contentType,
    types,
    charsets: charsetsOf(read),
    boundaries: boundariesOf(usable),
    encodings: [encoding, ...otherEncodings],
    // RFC 2183 2.8: an unknown disposition is treated as attachment.
    attachment: dispositions.length > 0 && dispositions.every(({ head }) => head !== 'inline' && head !== ''),
    inline: dispositions.some(({ head }) => head === 'inline'),
    fileNames: fileNamesOf([...dispositions, ...read]),
    conflicting: otherEncodings.length > 0 || types.some((type) => type !== types[0]),
  };
}
