import { findBareUrls } from './bare-urls.ts';
import { mayHoldUrl } from './css-text.ts';
import { walkCss } from './css.ts';
import { isDataUrl, openDataUrl } from './data-url.ts';
import { nameOf } from './element.ts';
import type { StartTag } from './element.ts';
import { NOTHING_DECLARED } from './entities.ts';
import type { DeclaredEntities } from './entities.ts';
import { FoundPlace, mayNotGo } from './found-place.ts';
import { localName } from './names.ts';
import type { Channel, Layer } from './place.ts';
import { decodeReferences, decodeText } from './references.ts';
import { readRefresh } from './refresh.ts';
import { CssPlaces, findInSheet } from './sheet-places.ts';
import type { Finder } from './sheet-places.ts';
import { doubted, layersWith, startOf } from './source.ts';
import type { Source } from './source.ts';
import { readSrcset } from './srcset.ts';
import { HAS_AMPERSAND, HAS_BACKSLASH, HAS_BANG, HAS_BRACKET, HAS_DASHES } from './tag.ts';
import { HAS_PARENTHESIS, HAS_QUOTE } from './tag.ts';
import type { RawAttribute } from './tag.ts';
import type { TextEdit } from '../span.ts';
import { channelOf, isAnimation } from './vocabulary.ts';
import { ANY_TAG } from './tag-names.ts';
import { COST } from './work.ts';
import type { AttributeKind } from './attribute-names.ts';

/** From so many places in one tag on, only attributes that some parser takes are looked at. */
const MANY_ATTRIBUTES = 32;

/** From so many URLs in one attribute on, they are one place. */
const MANY_URLS = 64;

/** Finds the places in the attributes of one start tag. */
export function findInAttributes(
  finder: Finder,
  tag: StartTag,
  attributes: readonly RawAttribute[],
  doubtful: boolean,
): void {
  const all = attributes.length > MANY_ATTRIBUTES ? firstAndLast(tag.source.text, attributes) : attributes;
  for (const attribute of all) {
    const kind = attribute.known?.kind;
    if (kind !== undefined && attribute.valueEnd > attribute.valueStart)
      findInAttribute(finder, tag, attribute, kind, doubtful);
  }
}

interface Ends {
  readonly first: RawAttribute;
  last: RawAttribute;
}

/**
 * Of attributes with the same name browsers take the first, a parser that fills a table the last. Those between are nobody's, and stay so,
 * as the first one is never cut out (see `FoundPlace.unit`).
 */
function firstAndLast(text: string, all: readonly RawAttribute[]): readonly RawAttribute[] {
  const places = new Map<string, Ends>();
  let lastKey = '';
  let last: Ends | undefined;
  for (const attribute of all) {
    if (attribute.known === undefined) continue;
    const { nameStart, nameEnd } = attribute;
    // In any case of letters: XML tells them apart. One name comes many times, as there are few.
    if (
      last === undefined ||
      nameEnd - nameStart !== lastKey.length ||
      !text.startsWith(lastKey, nameStart)
    ) {
      lastKey = text.slice(nameStart, nameEnd);
      last = places.get(lastKey);
      if (last === undefined) places.set(lastKey, (last = { first: attribute, last: attribute }));
    }
    last.last = attribute;
  }
  const kept = new Set([...places.values()].flatMap(({ first, last }) => [first, last]));
  return [...kept].sort((one, other) => one.nameStart - other.nameStart);
}

const QUOTED: Readonly<Record<string, readonly Layer[]>> = {
  '"': [{ kind: 'attribute', quote: '"' }],
  "'": [{ kind: 'attribute', quote: "'" }],
  '': [{ kind: 'attribute', quote: '' }],
};
const SRCSET: readonly Layer[] = [{ kind: 'srcset' }];
const REFRESH: readonly Layer[] = [{ kind: 'refresh' }];
const NONE: readonly Layer[] = [];

function findInAttribute(
  finder: Finder,
  tag: StartTag,
  raw: RawAttribute,
  kind: AttributeKind,
  doubtful: boolean,
): void {
  const { text } = tag.source;
  const written = text.slice(raw.valueStart, raw.valueEnd);
  const unclosed = raw.quote !== '' && raw.end === raw.valueEnd;
  const doubted =
    doubtful ||
    unclosed ||
    (raw.flags & HAS_BRACKET) !== 0 ||
    ((raw.flags & HAS_BANG) !== 0 && written.includes('--!'));
  const isPlainText = (raw.flags & HAS_AMPERSAND) === 0;
  const { declared, work } = finder;
  // It is decoded several times.
  if (!isPlainText && declared.isAny) work.spend(written.length);
  const decoded = isPlainText ? written : decodeText(written, declared);
  // An entity may hold as much as a text.
  if (!isPlainText && declared.size > 0) work.spend(COST.declaration + decoded.length / 4);
  findInValue(finder, { tag, raw, doubtful: doubted, decoded, declared }, kind);
  if (isPlainText || !declared.isAny) return;
  const asHtml = decodeText(written, NOTHING_DECLARED);
  if (asHtml === decoded || (kind === 'url' && isLink(tag, raw))) return;
  work.spend(COST.tag + asHtml.length / 2);
  findInValue(finder, { tag, raw, doubtful: doubted, decoded: asHtml, declared: NOTHING_DECLARED }, kind);
}

/** Links load nothing, and are rewritten in one of their readings. */
function isLink(tag: StartTag, raw: RawAttribute): boolean {
  if (tag.name.local === 'base') return false;
  const channel = channelOf(tag.name, raw.known?.name ?? '', relationOf(tag));
  return channel === 'anchor' || channel === 'form';
}

/** An attribute, with its references decoded as those that know what is `declared` do. */
interface ReadValue {
  readonly tag: StartTag;
  readonly raw: RawAttribute;
  readonly doubtful: boolean;
  readonly decoded: string;
  readonly declared: DeclaredEntities;
}

function findInValue(finder: Finder, read: ReadValue, kind: AttributeKind): void {
  const { tag, raw, doubtful, decoded, declared } = read;
  const isPlainText = (raw.flags & HAS_AMPERSAND) === 0;
  if (kind === 'url' && isPlain(decoded)) {
    const isBase = raw.known?.name === 'href' && tag.name.local === 'base';
    if (isBase && addBase(finder, tag, decoded.trim(), doubtful)) return;
    const channel = isBase ? 'object' : channelOf(tag.name, raw.known?.name ?? '', relationOf(tag));
    if (tag.name.local === 'link') finder.work.spend(COST.overlap);
    const { collector } = finder;
    const { source } = tag;
    const { valueStart, valueEnd } = raw;
    const layers = layersWith(source, QUOTED[raw.quote] ?? NONE);
    collector.add(
      new FoundPlace(collector, channel, tag, raw, decoded, source, valueStart, valueEnd, layers, doubtful),
    );
    return;
  }
  if (kind === 'style') {
    if (!(isPlainText ? mayHoldUrlAsFlagged(raw.flags, decoded) : mayHoldUrl(decoded))) return;
    finder.work.spend(COST.rule);
    const layers = QUOTED[raw.quote] ?? NONE;
    const value = decodeReferences(tag.source, raw.valueStart, raw.valueEnd, layers, declared);
    walkCss(value, 'declarations', new CssPlaces(finder, tag, raw, doubtful, false));
    return;
  }
  if (kind === 'paint' && isPlainText && (raw.flags & (HAS_PARENTHESIS | HAS_BACKSLASH)) === 0) return;
  new AttributeFinder(finder, read).find(kind);
}

/** What {@link mayHoldUrl} says, of a value that is as it is written. */
function mayHoldUrlAsFlagged(flags: number, value: string): boolean {
  if ((flags & (HAS_BACKSLASH | HAS_DASHES)) !== 0) return true;
  return (flags & HAS_PARENTHESIS) !== 0 && ((flags & HAS_QUOTE) !== 0 || mayHoldUrl(value));
}

/** A URL that fills its attribute, and carries no document. */
function isPlain(value: string): boolean {
  const first = value.charCodeAt(0);
  return (
    first > 0x20 &&
    value.charCodeAt(value.length - 1) > 0x20 &&
    ((first | 0x20) !== 0x64 || !isDataUrl(value))
  );
}

function relationOf(tag: StartTag): string {
  return tag.name.local === 'link' ? tag.relation : '';
}

/** False: one base too many to resolve URLs against, so that it is a place by itself. */
function addBase(finder: Finder, tag: StartTag, value: string, doubtful: boolean): boolean {
  return finder.collector.addBase(value, tag.tag === 'base' && !doubtful && !isForeign(tag));
}

/** A `base` of svg or math is none to the tree, and one to the preload scanner. */
function isForeign(tag: StartTag): boolean {
  return tag.parent?.tag === 'svg' || tag.parent?.tag === 'math';
}

/** Looks into a value that is more than one URL. */
class AttributeFinder {
  readonly #finder: Finder;
  readonly #tag: StartTag;
  readonly #raw: RawAttribute;
  readonly #name: string;
  readonly #doubtful: boolean;
  readonly #value: Source;

  constructor(finder: Finder, { tag, raw, doubtful, declared }: ReadValue) {
    this.#finder = finder;
    this.#tag = tag;
    this.#raw = raw;
    this.#name = nameOf(tag.source.text, raw);
    this.#doubtful = doubtful;
    const layers = QUOTED[raw.quote] ?? NONE;
    this.#value = decodeReferences(tag.source, raw.valueStart, raw.valueEnd, layers, declared);
  }

  find(kind: Exclude<AttributeKind, 'style'>): void {
    const text = this.#value.text;
    const local = localName(this.#name);
    switch (kind) {
      case 'url':
        if (local !== 'href' || this.#tag.name.local !== 'base')
          this.#url(0, text.length, channelOf(this.#tag.name, local, relationOf(this.#tag)), NONE);
        else if (!addBase(this.#finder, this.#tag, text.trim(), this.#doubtful))
          this.#url(0, text.length, 'object', NONE);
        return;
      case 'urls':
        this.#list(tokens(text, BLANKS_AND_COMMAS), channelOf(this.#tag.name, local, ''), false);
        return;
      case 'srcset':
        this.#srcset();
        return;
      case 'paint':
        this.#css(local);
        return;
      case 'srcdoc':
        this.#finder.markup(doubted(this.#value, 1), this.#tag);
        return;
      case 'content':
        this.#content();
        return;
      case 'animated':
        if (this.#isAny || isAnimation(this.#tag.name.local)) this.#animated();
        return;
      case 'value':
        if (this.#isAny || this.#tag.name.local === 'param') this.#url(0, text.length, 'object', NONE, true);
        return;
      case 'base':
        if (this.#name === 'xml:base' && !this.#finder.collector.addBase(text.trim(), false))
          this.#url(0, text.length, 'object', NONE);
        return;
      default:
        kind satisfies never;
    }
  }

  /** One URL at [start, end) of the value. `part`: what goes with it; empty: no more than itself; undefined: the attribute. */
  #url(
    start: number,
    end: number,
    channel: Channel,
    layers: readonly Layer[],
    weak = false,
    part?: readonly TextEdit[],
  ): void {
    const text = this.#value.text;
    let from = start;
    let to = end;
    while (from < to && text.charCodeAt(from) <= 0x20) from += 1;
    while (to > from && text.charCodeAt(to - 1) <= 0x20) to -= 1;
    if (from === to) return;
    const value = text.slice(from, to);
    if (isDataUrl(value)) {
      this.#data(from, to, channel);
      return;
    }
    const doubtful = this.#doubtful || (part !== undefined && part.length === 0);
    const place = this.#place(channel, value, from, to, layers, doubtful);
    place.weak = weak;
    place.part = part;
    this.#finder.collector.add(place);
  }

  #place(
    channel: Channel,
    value: string,
    start: number,
    end: number,
    layers: readonly Layer[],
    doubtful: boolean,
  ): FoundPlace {
    const around = layersWith(this.#value, layers);
    return new FoundPlace(
      this.#finder.collector,
      channel,
      this.#tag,
      this.#raw,
      value,
      this.#value,
      start,
      end,
      around,
      doubtful,
    );
  }

  #list(all: readonly (readonly [number, number])[], channel: Channel, weak: boolean): void {
    if (all.length > MANY_URLS && this.#goesAsOne()) this.#coarse(all, channel, weak);
    else for (const [start, end] of all) this.#url(start, end, channel, NONE, weak, []);
  }

  /** Where readings differ, quotes and brackets stay, and what is between them would. */
  #goesAsOne(): boolean {
    const { text } = this.#tag.source;
    return !this.#doubtful || !mayNotGo(text.slice(this.#raw.valueStart, this.#raw.valueEnd));
  }

  /** One place for a list that nobody writes by hand: it goes as a whole. Documents in it are opened. */
  #coarse(all: readonly (readonly [number, number])[], channel: Channel, weak: boolean): void {
    const text = this.#value.text;
    const values = new Set<string>();
    for (const [start, end] of all) values.add(text.slice(start, end));
    for (const [start, end] of all) {
      const first = text.charCodeAt(start) | 0x20;
      if ((first === 0x64 || first <= 0x20) && isDataUrl(text.slice(start, end)))
        this.#data(start, end, channel);
    }
    const place = this.#place(channel, text, 0, text.length, NONE, this.#doubtful);
    place.values = values;
    place.weak = weak;
    this.#finder.collector.add(place);
  }

  #data(start: number, end: number, channel: Channel): void {
    for (const carried of openDataUrl(this.#value, start, end, channel === 'style')) {
      if (carried.kind === 'markup') this.#finder.markup(carried.source, this.#tag);
      else findInSheet(this.#finder, carried.source, this.#tag, this.#raw, channel);
    }
  }

  #srcset(): void {
    const candidates = readSrcset(this.#value.text);
    if (candidates.length > MANY_URLS && this.#goesAsOne()) {
      this.#coarse(
        candidates.map((one) => [one.start, one.urlEnd] as const),
        'image',
        false,
      );
      return;
    }
    for (const candidate of candidates) {
      const span = { start: startOf(this.#value, candidate.start), end: startOf(this.#value, candidate.end) };
      const part = this.#raw.quote === '' ? [] : [{ ...span, replacement: '' }];
      const alone = candidates.length === 1;
      this.#url(candidate.start, candidate.urlEnd, 'image', SRCSET, false, alone ? undefined : part);
    }
  }

  #css(property: string): void {
    const places = new CssPlaces(this.#finder, this.#tag, this.#raw, this.#doubtful, false);
    walkCss(this.#value, 'declarations', places, property);
  }

  get #isAny(): boolean {
    return this.#tag.name === ANY_TAG;
  }

  #content(): void {
    const directives = this.#tag.values('http-equiv');
    const text = this.#value.text;
    const isGuess = this.#isAny || (directives.length === 0 && this.#finder.declared.hasDefaults);
    if (isGuess || directives.includes('refresh')) {
      for (const { start, end } of readRefresh(text)) this.#url(start, end, 'refresh', REFRESH, isGuess);
    } else if (directives.length > 0) {
      const channel = directives.includes('link') ? 'hint' : 'ping';
      this.#finder.work.spend(COST.tag);
      findBareUrls(text, 0, text.length, (from, to) => this.#url(from, to, channel, NONE, true, []));
    }
  }

  /** SMIL: what an animation sets may be a URL, a list of them, or CSS. */
  #animated(): void {
    const text = this.#value.text;
    if (mayHoldUrl(text)) this.#css(this.#name);
    this.#list(tokens(text, SEMICOLONS), 'image', true);
    // Only `values` are a list to browsers.
    if (text.includes(';') && localName(this.#name) !== 'values')
      this.#url(0, text.length, 'image', NONE, true, []);
  }
}

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(128);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

const BLANKS_AND_COMMAS = tableOf(' \t\n\f\r,');
const SEMICOLONS = tableOf(';');

function tokens(text: string, separators: Uint8Array): readonly (readonly [number, number])[] {
  const all: (readonly [number, number])[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at += 1) {
    if (at < text.length && separators[text.charCodeAt(at)] !== 1) continue;
    if (at > start) all.push([start, at]);
    start = at + 1;
  }
  return all;
}
