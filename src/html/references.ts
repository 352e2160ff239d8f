import { DecodingMode, EntityDecoder, htmlDecodeTree } from 'entities/decode';
import type { Layer } from './place.ts';
import { Decoder, slice } from './source.ts';
import type { Source } from './source.ts';

/** Entities that a document type declares for itself (XML), by name. */
export type DeclaredEntities = ReadonlyMap<string, string>;

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
  decoder.startEntity(mode);
  const consumed = decoder.write(text, at + 1);
  return consumed < 0 ? decoder.end() : consumed;
}

function declaredAt(text: string, at: number, declared: DeclaredEntities): string | undefined {
  if (declared.size === 0) return undefined;
  const near = text.slice(at + 1, at + 66);
  const end = near.indexOf(';');
  return end < 0 ? undefined : declared.get(near.slice(0, end));
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
  const text = cut.text;
  let at = text.indexOf('&');
  if (at < 0) return cut;
  const built = new Decoder(cut);
  let copied = 0;
  while (at >= 0) {
    const own = declaredAt(text, at, declared);
    if (own !== undefined) {
      const stop = text.indexOf(';', at) + 1;
      built.copy(copied, at);
      built.put(own, at, stop);
      copied = stop;
    } else {
      const consumed = readReference(text, at, data ? DecodingMode.Legacy : DecodingMode.Attribute);
      if (consumed > 0 && emitted !== '') {
        const stop = Math.min(text.length, at + consumed);
        built.copy(copied, at);
        built.put(emitted, at, stop);
        copied = stop;
      }
    }
    at = text.indexOf('&', Math.max(copied, at + 1));
  }
  built.copy(copied, text.length);
  return built.finish();
}

/** The text with its character references decoded as in attribute values, where nobody asks which characters they stand for. */
export function decodeText(written: string, declared: DeclaredEntities): string {
  let at = written.indexOf('&');
  if (at < 0) return written;
  let out = '';
  let copied = 0;
  while (at >= 0) {
    const own = declaredAt(written, at, declared);
    if (own !== undefined) {
      out += written.slice(copied, at) + own;
      copied = written.indexOf(';', at) + 1;
    } else {
      const consumed = readReference(written, at, DecodingMode.Attribute);
      if (consumed > 0 && emitted !== '') {
        out += written.slice(copied, at) + emitted;
        copied = Math.min(written.length, at + consumed);
      }
    }
    at = written.indexOf('&', Math.max(copied, at + 1));
  }
  return out + written.slice(copied);
}
