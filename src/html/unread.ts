import { findBareUrls } from './bare-urls.ts';
import { MAX_NESTING } from './caps.ts';
import type { Collector } from './collector.ts';
import { readEscape } from './css-text.ts';
import { openAllBase64, openPercent } from './data-url.ts';
import type { StartTag } from './element.ts';
import { FoundPlace } from './found-place.ts';
import type { Channel, Layer } from './place.ts';
import { decodeReferences } from './references.ts';
import type { DeclaredEntities } from './entities.ts';
import { Decoder, slice } from './source.ts';
import type { Source } from './source.ts';

interface Facts {
  readonly collector: Collector;
  readonly declared: DeclaredEntities;
}

/** Whatever looks like a URL in [start, end), where no reading of the text can be told. */
export function findBare(
  { collector }: Facts,
  source: Source,
  start: number,
  end: number,
  element: StartTag | undefined,
  channel: Channel,
): void {
  findBareUrls(source.text, start, end, (from, to) => {
    const value = source.text.slice(from, to);
    const { layers } = source;
    const place = new FoundPlace(
      collector,
      channel,
      element,
      undefined,
      value,
      source,
      from,
      to,
      layers,
      true,
    );
    place.weak = true;
    collector.add(place);
  });
}

/**
 * Whatever looks like a URL in a document or sheet that stands too deep in others to be read: as it is, and with all encodings off that the
 * documents in it may have around them.
 */
export function findUnread(
  facts: Facts,
  source: Source,
  element: StartTag | undefined,
  channel: Channel,
): void {
  findBare(facts, source, 0, source.text.length, element, channel);
  let read = source;
  for (let layer = 0; layer < MAX_NESTING && /[&%]/.test(read.text); layer += 1) {
    let next = read;
    if (next.text.includes('&')) next = decodeReferences(next, 0, next.text.length, [], facts.declared, true);
    if (next.text.includes('%')) next = openPercent(next, 0, next.text.length);
    if (next.text === read.text) break;
    read = next;
  }
  if (read !== source) findBare(facts, read, 0, read.text.length, element, channel);
  // A line break may end a URL, or be none of it.
  if (/[\t\n\r]/.test(read.text)) {
    const joined = openPercent(read, 0, read.text.length);
    findBare(facts, joined, 0, joined.text.length, element, channel);
  }
  // Each is shorter than what it stood in by a quarter.
  for (const inner of openAllBase64(read)) findUnread(facts, inner, element, channel);
}

/** Whatever looks like a URL in [start, end) once references and escapes of CSS are decoded, what stands behind a `url(`, and what is in quotes. */
export function findInRest(
  facts: Facts,
  source: Source,
  start: number,
  end: number,
  element: StartTag | undefined,
): void {
  const cut = slice(source, start, end, IN_RAW);
  const decoded = decodeReferences(cut, 0, cut.text.length, [], facts.declared, true);
  const read = withoutEscapes(decoded);
  findBare(facts, read, 0, read.text.length, element, 'style');
  const { text } = read;
  const opening = /url\(|["']/gi;
  while (opening.test(text)) {
    const from = opening.lastIndex;
    // Whether a quote opens a string or ends one is not known here: what follows is taken up to the next.
    const ends = text.charAt(from - 1) === '(' ? UNQUOTED_END : QUOTED_END;
    ends.lastIndex = from;
    const to = ends.exec(text)?.index ?? text.length;
    const value = text.slice(from, to);
    // The end of a tag is no URL.
    if (value.trim() === '' || (value === '/' && text.charAt(to) === '>')) continue;
    const place = new FoundPlace(
      facts.collector,
      'style',
      element,
      undefined,
      value,
      read,
      from,
      to,
      read.layers,
      true,
    );
    place.weak = true;
    facts.collector.add(place);
  }
}

const UNQUOTED_END = /["'()\s<>;{}]/g;
/** As far as a URL goes that any reader sees: with its beginning gone, the rest is none. */
const QUOTED_END = /["'<>{}\n\r\f]/g;
const IN_RAW: readonly Layer[] = [{ kind: 'raw' }];

function withoutEscapes(source: Source): Source {
  const { text } = source;
  if (!text.includes('\\')) return source;
  const built = new Decoder(source);
  let copied = 0;
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', Math.max(copied, at + 1))) {
    const escape = readEscape(text, at);
    if (escape === undefined) continue;
    built.copy(copied, at);
    built.put(escape.text, at, escape.end);
    copied = escape.end;
  }
  built.copy(copied, text.length);
  return built.finish();
}
