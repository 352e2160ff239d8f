import { hexDigit } from './characters.ts';
import { Decoder, slice } from './source.ts';
import type { Source } from './source.ts';

/** A document that a data: URL carries. */
export interface CarriedDocument {
  readonly kind: 'markup' | 'css';
  readonly source: Source;
}

/** Opens the data: URL [start, end) of the source, if it carries something that can load more; undefined for the others (images, fonts). */
export function openDataUrl(source: Source, start: number, end: number): CarriedDocument | undefined {
  const comma = source.text.slice(start, end).indexOf(',');
  if (comma < 0) return undefined;
  const header = source.text
    .slice(start + 5, start + comma)
    .toLowerCase()
    .replaceAll(/[\t\n\r ]/g, '');
  const type = header.split(';')[0] ?? '';
  const kind = type === 'text/css' ? 'css' : 'markup';
  if (kind === 'markup' && !/html|xml|svg/.test(type)) return undefined;
  const body = start + comma + 1;
  return header.endsWith(';base64')
    ? { kind, source: openBase64(source, start, body, end) }
    : { kind, source: openPercent(source, body, end) };
}

/** Whether a value is a data: URL, as the URL parser sees it (leading controls and inner line breaks do not count). */
export function isDataUrl(value: string): boolean {
  return /^[\0-\x20]*d[\t\n\r]?a[\t\n\r]?t[\t\n\r]?a[\t\n\r]?:/i.test(value.slice(0, 64));
}

function openPercent(source: Source, start: number, end: number): Source {
  const cut = slice(source, start, end, [{ kind: 'data-url', base64: false }]);
  const inner = { ...cut, doubtful: true, nesting: source.nesting + 1 };
  if (!/[%\t\n\r]/.test(cut.text)) return inner;
  const built = new Decoder(inner);
  let copied = 0;
  for (let at = 0; at < cut.text.length; at += 1) {
    const code = cut.text.charCodeAt(at);
    const octet =
      code === 0x25 ? hexDigit(cut.text.charCodeAt(at + 1)) * 16 + hexDigit(cut.text.charCodeAt(at + 2)) : -1;
    const dropped = code === 0x09 || code === 0x0a || code === 0x0d;
    if (
      !dropped &&
      (octet < 0 || hexDigit(cut.text.charCodeAt(at + 1)) < 0 || hexDigit(cut.text.charCodeAt(at + 2)) < 0)
    )
      continue;
    built.copy(copied, at);
    copied = dropped ? at + 1 : at + 3;
    if (!dropped) built.put(String.fromCharCode(octet), at, copied);
    at = copied - 1;
  }
  built.copy(copied, cut.text.length);
  return built.finish();
}

/** Every character of a base64 document stands for the whole URL: one place in it takes the document with it. */
function openBase64(source: Source, start: number, body: number, end: number): Source {
  const cut = slice(source, start, end, [{ kind: 'data-url', base64: true }]);
  const built = new Decoder({ ...cut, doubtful: true, nesting: source.nesting + 1 });
  const written = percentless(source.text.slice(body, end));
  built.put(Buffer.from(written, 'base64').toString('utf8'), 0, end - start);
  return built.finish();
}

function percentless(text: string): string {
  return text.includes('%')
    ? text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
}
