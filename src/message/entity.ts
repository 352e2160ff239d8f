import { fieldsNamed, fieldText } from './header.ts';
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
  /** File name from either field, lower case. */
  readonly fileName: string;
  /** Content-Type, -Transfer-Encoding or -Disposition stand twice and differ. */
  readonly conflicting: boolean;
}

const usableType = /^[^/\s;]+\/[^/\s;]+$/;

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

function encodingOf(text: string): TransferEncoding {
  const word = readParameterised(text).head;
  if (word === 'base64') return 'base64';
  return word === 'quoted-printable' ? 'quoted-printable' : 'identity';
}

/** `base64 (comment)`, `"base64"`, `base64;x`: a plain reader sees no known encoding there, a careful one does. */
function encodingsOf(
  octets: Buffer,
  fields: readonly HeaderField[],
): [TransferEncoding, ...TransferEncoding[]] {
  const found = new Set<TransferEncoding>();
  for (const field of fieldsNamed(fields, 'content-transfer-encoding')) {
    found.add(encodingOf(fieldText({ octets }, field)));
  }
  const [first = 'identity', ...others] = found;
  return [first, ...others];
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

/** Reads the MIME fields of a header. `fallback` is the type where none is given (RFC 2045 5.2, RFC 2046 5.1.5). */
export function readEntity(octets: Buffer, fields: readonly HeaderField[], fallback: string): Entity {
  const named = (name: string): Parameterised[] =>
    fieldsNamed(fields, name).map((field) => readParameterised(clean(fieldText({ octets }, field))));
  const read = named('content-type');
  const usable = read.filter((type) => usableType.test(type.head));
  const [first] = usable;
  const contentType = first ? contentTypeOf(first) : { type: fallback, params: new Map<string, string>() };
  const types = usable.length > 0 ? usable.map((type) => type.head) : [fallback];
  const charsets = new Set<string>();
  for (const { parameters } of read) {
    for (const { name, value } of parameters)
      if (name === 'charset') charsets.add(clean(value).toLowerCase());
  }
  const encodings = encodingsOf(octets, fields);
  const dispositions = named('content-disposition');
  const names = [...dispositions, ...read].flatMap(({ parameters }) =>
    parameters.filter(({ name }) => name === 'filename' || name === 'name'),
  );
  return {
    contentType,
    types,
    charsets: [...charsets],
    boundaries: boundariesOf(usable),
    encodings,
    // RFC 2183 2.8: an unknown disposition is treated as attachment.
    attachment: dispositions.length > 0 && dispositions.every(({ head }) => head !== 'inline' && head !== ''),
    inline: dispositions.some(({ head }) => head === 'inline'),
    fileName: (names[0]?.value ?? '').toLowerCase(),
    conflicting: new Set(types).size > 1 || encodings.length > 1,
  };
}
