import { findBareUrls } from './bare-urls.ts';
import { MAX_NESTING } from './caps.ts';
import type { Collector } from './collector.ts';
import { readEscape } from './css-text.ts';
import { openAllBase64, openPercent } from './data-url.ts';
import type { StartTag } from './element.ts';
import { FoundPlace } from './found-place.ts';
import type { Channel, Layer } from './place.ts';
import { decodeReferences } from './references.ts';
import { DeclaredEntities, NOTHING_DECLARED, readEntities } from './entities.ts';
import { Decoder, slice } from './source.ts';
import type { Source } from './source.ts';
import { COST } from './work.ts';
import type { Work } from './work.ts';

interface Facts {
  readonly collector: Collector;
  readonly declared: DeclaredEntities;
  readonly work: Work;
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
 * documents and sheets in it may have around them.
 */
export function findUnread(
  facts: Facts,
  source: Source,
  element: StartTag | undefined,
  channel: Channel,
): void {
  findDecoded(facts, source, element, channel);
}

/** Finds what looks like a URL, and tells the text with all encodings off. */
function findDecoded(facts: Facts, source: Source, element: StartTag | undefined, channel: Channel): Source {
  const find = (read: Source): void => findBare(facts, read, 0, read.text.length, element, channel);
  find(source);
  let read = decodedAll(source, facts.declared, false);
  if (read !== source) find(read);
  if (facts.declared.isAny && source.text.includes('&')) find(decodedAll(source, NOTHING_DECLARED, false));
  // A line break may end a URL, or be none of it.
  if (/[\t\n\r]/.test(read.text)) find(openPercent(read, 0, read.text.length));
  // Each is shorter than what it stood in by a quarter.
  for (const inner of openAllBase64(read)) findDecoded(facts, inner, element, channel);
  if (read.text.includes('<!ENTITY')) {
    const declared = new DeclaredEntities(facts.declared);
    readEntities(read.text, declared, false, () => {});
    read = decodeReferences(read, 0, read.text.length, [], declared, true);
    find(read);
  }
  // What other charsets make of it, and sheets.
  if (!/[\0\x1b\\]/.test(read.text)) return read;
  const bare = decodedAll(withoutShifts(read), facts.declared, true);
  find(bare);
  if (/[\t\n\r]/.test(bare.text)) find(openPercent(bare, 0, bare.text.length));
  return bare;
}

/** With all references and percent escapes decoded, and, if `css`, the escapes of style sheets. */
function decodedAll(source: Source, declared: DeclaredEntities, css: boolean): Source {
  let read = source;
  for (let layer = 0; layer < MAX_NESTING && (css || /[&%]/.test(read.text)); layer += 1) {
    let next = read;
    if (next.text.includes('&')) next = decodeReferences(next, 0, next.text.length, [], declared, true);
    if (next.text.includes('%')) next = openPercent(next, 0, next.text.length);
    if (css) next = withoutEscapes(next);
    if (next.text === read.text) break;
    read = next;
  }
  return read;
}

/** Half of each character of UTF-16 that is ASCII, and what switches between the sets of ISO-2022-JP. */
function withoutShifts(source: Source): Source {
  return replaced(source, /\0|\x1b[$(][@A-Z]/g);
}

/** Tags and comments, which do not part the text around them in a sheet of svg or math. */
function withoutTags(source: Source): Source {
  return source.text.includes('<') ? replaced(source, /<!--|-->|<!\[CDATA\[|\]\]>|<[^<>]{0,200}>/g) : source;
}

function replaced(source: Source, taken: RegExp): Source {
  const built = new Decoder(source);
  let copied = 0;
  for (const { 0: match, index } of source.text.matchAll(taken)) {
    built.copy(copied, index);
    copied = index + match.length;
  }
  if (copied === 0) return source;
  built.copy(copied, source.text.length);
  return built.finish();
}

/** The same for a part of a sheet: what stands behind a `url(`, and what is in quotes, may be a URL there whatever it looks like. */
export function findInRest(
  facts: Facts,
  source: Source,
  start: number,
  end: number,
  element: StartTag | undefined,
): void {
  facts.work.spend((end - start) / 2);
  const read = findDecoded(facts, slice(source, start, end, IN_RAW), element, 'style');
  findQuoted(facts, read, element);
  const text = withoutTags(read);
  if (text !== read) {
    findBare(facts, text, 0, text.text.length, element, 'style');
    findQuoted(facts, text, element);
  }
}

function findQuoted(facts: Facts, read: Source, element: StartTag | undefined): void {
  const { text } = read;
  const opening = /url\(|["']/gi;
  while (opening.test(text)) {
    facts.work.spend(COST.again);
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
    built.copy(copied, at);
    if (escape !== undefined) built.put(escape.text, at, escape.end);
    copied = escape?.end ?? at + (text.startsWith('\r\n', at + 1) ? 3 : 2);
  }
  built.copy(copied, text.length);
  return built.finish();
}
