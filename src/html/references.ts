import { DecodingMode, EntityDecoder, htmlDecodeTree } from 'entities/decode';
import { hexDigit, isLetter } from './characters.ts';
import type { DeclaredEntities } from './entities.ts';
import type { Layer } from './place.ts';
import { Decoder, slice } from './source.ts';
import type { Source } from './source.ts';

let emitted = '';
const decoder = new EntityDecoder(htmlDecodeTree, (codePoint) => {
  emitted += String.fromCodePoint(codePoint);
});

/** How many characters behind the `&` belong to the reference at `at` (0: none); its text is in `emitted`. */
function readReference(text: string, at: number, mode: DecodingMode): number {
  if (text.startsWith('amp;', at + 1)) {
    emitted = '&';
    return 5;
  }
  emitted = '';
  const first = text.charCodeAt(at + 1);
  if (first === 0x23) {
    const plain = readPlainNumber(text, at);
    if (plain > 0) return plain;
  } else if (!isLetter(first)) return 0;
  decoder.startEntity(mode);
  const consumed = decoder.write(text, at + 1);
  return consumed < 0 ? decoder.end() : consumed;
}

/** The same for a number that stands for what is printed in ASCII, and has its semicolon, as most do; 0 for any other. */
function readPlainNumber(text: string, at: number): number {
  const isHex = (text.charCodeAt(at + 2) | 0x20) === 0x78;
  let next = at + (isHex ? 3 : 2);
  const last = next + 4;
  let value = 0;
  for (; next < last; next += 1) {
    const digit = hexDigit(text.charCodeAt(next));
    if (digit < 0 || (!isHex && digit > 9)) break;
    value = value * (isHex ? 16 : 10) + digit;
  }
  if (text.charCodeAt(next) !== 0x3b || value < 0x20 || value > 0x7e) return 0;
  emitted = String.fromCharCode(value);
  return next + 1 - at;
}

/** No name of an entity that anybody fills in is longer. */
const MAX_NAME = 1000;

/** The entities that XML has by itself. */
const OF_XML = new Set(['amp', 'lt', 'gt', 'quot', 'apos']);

function declaredAt(text: string, at: number, declared: DeclaredEntities): string | undefined {
  const last = Math.min(text.length, at + MAX_NAME + 2);
  let end = at + 1;
  // Up to the next reference at most, so that many of them without a semicolon cost no more than their characters.
  for (; end < last; end += 1) {
    const code = text.charCodeAt(end);
    if (code === 0x3b) break;
    if (code === 0x26) return undefined;
  }
  if (end >= last) return undefined;
  const name = text.slice(at + 1, end);
  const value = declared.get(name);
  if (value !== undefined || !declared.dropsUnknown) return value;
  if (name.startsWith('#') || OF_XML.has(name) || /[\s<>"'&]/.test(name)) return undefined;
  return declared.knowsHtml && readReference(text, at, DecodingMode.Strict) > 0 ? undefined : '';
}

/** Tells the character references of a text in order: where each stands and what it is read as. */
function eachReference(
  text: string,
  declared: DeclaredEntities,
  mode: DecodingMode,
  found: (start: number, stop: number, value: string) => void,
): void {
  const isAnyDeclared = declared.isAny;
  let at = text.indexOf('&');
  while (at >= 0) {
    if (!isAnyDeclared && text.charCodeAt(at + 1) === 0x26) {
      at += 1;
      continue;
    }
    let stop = at;
    const own = isAnyDeclared ? declaredAt(text, at, declared) : undefined;
    if (own !== undefined) {
      stop = text.indexOf(';', at) + 1;
      found(at, stop, own);
    } else {
      const consumed = readReference(text, at, mode);
      if (consumed > 0 && emitted !== '') {
        stop = Math.min(text.length, at + consumed);
        found(at, stop, emitted);
      }
    }
    at = text.indexOf('&', Math.max(stop, at + 1));
  }
}

/**
 * Decodes the character references of [start, end) of a source, as browsers do in attribute values (`data`: as in text, where a name
 * without a semicolon always counts). A slice without any `&` costs nothing.
 */
export function decodeReferences(
  source: Source,
  start: number,
  end: number,
  layers: readonly Layer[],
  declared: DeclaredEntities,
  data = false,
): Source {
  const cut = slice(source, start, end, layers);
  if (!cut.text.includes('&')) return cut;
  const built = new Decoder(cut);
  let copied = 0;
  eachReference(
    cut.text,
    declared,
    data ? DecodingMode.Legacy : DecodingMode.Attribute,
    (at, stop, value) => {
      built.copy(copied, at);
      built.put(value, at, stop);
      copied = stop;
    },
  );
  built.copy(copied, cut.text.length);
  return built.finish();
}

/** The text with its character references decoded as in attribute values, where nobody asks which characters they stand for. */
export function decodeText(written: string, declared: DeclaredEntities): string {
  if (!written.includes('&')) return written;
  let out = '';
  let copied = 0;
  eachReference(written, declared, DecodingMode.Attribute, (at, stop, value) => {
    out += written.slice(copied, at) + value;
    copied = stop;
  });
  return out + written.slice(copied);
}
