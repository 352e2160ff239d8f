import { findBareUrls } from './bare-urls.ts';
import { mayNotGo } from './collector.ts';
import type { Collector } from './collector.ts';
import { walkCss } from './css.ts';
import type { CssUrl } from './css.ts';
import { mayHoldUrl, unescapeCss } from './css-text.ts';
import { isDataUrl, openDataUrl } from './data-url.ts';
import { attributeOf } from './element.ts';
import type { StartTag } from './element.ts';
import type { Attribute, Channel, Layer, StyleRule } from './place.ts';
import { decodeReferences } from './references.ts';
import type { DeclaredEntities } from './references.ts';
import { INERT } from './inert.ts';
import { readRefresh } from './refresh.ts';
import { Decoder, slice, startOf } from './source.ts';
import type { Source } from './source.ts';
import { readSrcset } from './srcset.ts';
import type { RawAttribute } from './tag.ts';
import type { TextEdit } from '../span.ts';
import { ATTRIBUTE_KINDS, channelOf, isAnimation, localName } from './vocabulary.ts';
import type { AttributeKind } from './vocabulary.ts';

/** What the finders of one text share. */
export interface Finder {
  readonly collector: Collector;
  readonly declared: DeclaredEntities;
  readonly styleRules: StyleRule[];
  /** Scans a document that stands inside the text; in too deep a one, whatever looks like a URL counts. */
  markup(source: Source, element: StartTag | undefined): void;
  /** Whether a document that stands inside others is read. */
  opens(source: Source): boolean;
}

/** First letter and length of the names that can hold a place: enough to tell that most attributes hold none. */
const SHAPES: ReadonlySet<number> = new Set(
  [...ATTRIBUTE_KINDS.keys()].map((name) => name.charCodeAt(0) * 64 + name.length),
);

/** Whether the attribute whose name stands at [start, end) may hold a place. */
export function isPlaceName(text: string, start: number, end: number): boolean {
  if (SHAPES.has((text.charCodeAt(start) | 0x20) * 64 + end - start))
    return kindOf(text.slice(start, end)) !== undefined;
  for (let at = start; at < end; at += 1) {
    if (text.charCodeAt(at) === 0x3a) return kindOf(text.slice(start, end)) !== undefined;
  }
  return false;
}

function kindOf(name: string): AttributeKind | undefined {
  const known = ATTRIBUTE_KINDS.get(name);
  return known !== undefined || name.length > 64 ? known : ATTRIBUTE_KINDS.get(localName(name.toLowerCase()));
}

/** Attributes that lie dormant behind their twin, or behind the first of two elements, wake up when the first one goes. */
const MERGED_TAGS = new Set(['html', 'body']);

/** From so many places in one tag on, only attributes that some parser takes are looked at. */
const MANY_ATTRIBUTES = 32;

/** From so many URLs in one attribute on, they are one place. */
const MANY_URLS = 64;

/** Finds the places in the attributes of one start tag. */
export function findInAttributes(finder: Finder, tag: StartTag, doubtful: boolean): void {
  const { source, raw } = tag;
  const all =
    raw.attributes.length > MANY_ATTRIBUTES ? firstAndLast(source.text, raw.attributes) : raw.attributes;
  for (const attribute of all) {
    if (attribute.valueEnd === attribute.valueStart) continue;
    const name = source.text.slice(attribute.nameStart, attribute.nameEnd);
    const kind = kindOf(name);
    if (kind !== undefined)
      new AttributeFinder(finder, tag, attribute, name.toLowerCase(), doubtful).find(kind);
  }
}

/**
 * Of attributes with the same name browsers take the first, a parser that fills a table the last. Those between are nobody's, and stay so,
 * as the first one is never cut out (see `#stub`).
 */
function firstAndLast(text: string, all: readonly RawAttribute[]): readonly RawAttribute[] {
  const places = new Map<string, { readonly first: RawAttribute; last: RawAttribute }>();
  for (const attribute of all) {
    if (attribute.nameEnd - attribute.nameStart > 64) continue;
    const written = text.slice(attribute.nameStart, attribute.nameEnd);
    let known = places.get(written);
    if (known === undefined) {
      const name = written.toLowerCase();
      known = places.get(name) ?? { first: attribute, last: attribute };
      places.set(name, known).set(written, known);
    }
    known.last = attribute;
  }
  const kept = new Set([...places.values()].flatMap(({ first, last }) => [first, last]));
  return [...kept].sort((one, other) => one.nameStart - other.nameStart);
}

class AttributeFinder {
  readonly #finder: Finder;
  readonly #tag: StartTag;
  readonly #raw: RawAttribute;
  readonly #name: string;
  readonly #doubtful: boolean;
  readonly #value: Source;
  #attribute: Attribute | undefined;

  constructor(finder: Finder, tag: StartTag, raw: RawAttribute, name: string, doubtful: boolean) {
    this.#finder = finder;
    this.#tag = tag;
    this.#raw = raw;
    this.#name = name;
    const layer: Layer = { kind: 'attribute', quote: raw.quote };
    this.#value = decodeReferences(tag.source, raw.valueStart, raw.valueEnd, [layer], finder.declared);
    const written = this.#tag.source.text.slice(raw.valueStart, raw.valueEnd);
    const unclosed = raw.quote !== '' && tag.source.text.charAt(raw.valueEnd) !== raw.quote;
    this.#doubtful =
      doubtful || unclosed || written.includes('<') || written.includes('>') || written.includes('--!');
  }

  find(kind: AttributeKind): void {
    const text = this.#value.text;
    const local = localName(this.#name);
    switch (kind) {
      case 'url':
        if (local === 'href' && localName(this.#tag.tag) === 'base') {
          const certain = this.#tag.tag === 'base' && !this.#doubtful && !isForeign(this.#tag);
          this.#finder.collector.addBase(text.trim(), certain);
          return;
        }
        this.#url(0, text.length, channelOf(this.#tag.tag, local, this.#rel()), []);
        return;
      case 'urls':
        this.#list(tokens(text, ' \t\n\f\r,'), channelOf(this.#tag.tag, local, ''), false);
        return;
      case 'srcset':
        this.#srcset();
        return;
      case 'style':
        if (mayHoldUrl(text)) this.#css('');
        return;
      case 'paint':
        if (text.includes('(') || text.includes('\\')) this.#css(local);
        return;
      case 'srcdoc':
        this.#finder.markup({ ...this.#value, doubtful: true, nesting: this.#value.nesting + 1 }, this.#tag);
        return;
      case 'content':
        this.#content();
        return;
      case 'animated':
        if (isAnimation(localName(this.#tag.tag))) this.#animated();
        return;
      case 'value':
        if (localName(this.#tag.tag) === 'param') this.#url(0, text.length, 'object', [], true);
        return;
      case 'base':
        if (this.#name === 'xml:base') this.#finder.collector.addBase(text.trim(), false);
        return;
      default:
        kind satisfies never;
    }
  }

  /** One URL at [start, end) of the value. `unit`: what goes with it; undefined: the attribute. */
  #url(
    start: number,
    end: number,
    channel: Channel,
    layers: readonly Layer[],
    weak = false,
    unit?: readonly TextEdit[],
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
    const isPart = unit !== undefined && unit.length === 0;
    this.#finder.collector.add({
      channel,
      element: this.#tag,
      attribute: this.#info(),
      value,
      source: this.#value,
      start: from,
      end: to,
      layers,
      doubtful: this.#doubtful || isPart,
      ...(weak ? { weak } : {}),
      ...withUnit(this.#doubtful || isPart ? undefined : (unit ?? this.#stub())),
    });
  }

  #list(all: readonly (readonly [number, number])[], channel: Channel, weak: boolean): void {
    if (all.length > MANY_URLS && this.#goesAsOne()) this.#coarse(all, channel, weak);
    else for (const [start, end] of all) this.#url(start, end, channel, [], weak, []);
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
      if ((first === 0x64 || first <= 0x20) && isDataUrl(text.slice(start, Math.min(end, start + 64))))
        this.#data(start, end, channel);
    }
    this.#finder.collector.add({
      channel,
      element: this.#tag,
      attribute: this.#info(),
      value: text,
      values,
      source: this.#value,
      start: 0,
      end: text.length,
      layers: [],
      doubtful: this.#doubtful,
      ...(weak ? { weak } : {}),
      ...withUnit(this.#doubtful ? undefined : this.#stub()),
    });
  }

  #data(start: number, end: number, channel: Channel): void {
    for (const carried of openDataUrl(this.#value, start, end, channel === 'style')) {
      if (carried.kind === 'markup') this.#finder.markup(carried.source, this.#tag);
      else findInSheet(this.#finder, carried.source, this.#tag, this.#info(), channel);
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
    const [only] = candidates;
    for (const candidate of candidates) {
      const layers: readonly Layer[] = [{ kind: 'srcset' }];
      const span = { start: startOf(this.#value, candidate.start), end: startOf(this.#value, candidate.end) };
      const alone = candidates.length === 1 && candidate === only;
      const unit = alone ? undefined : this.#raw.quote === '' ? [] : [{ ...span, replacement: '' }];
      this.#url(candidate.start, candidate.urlEnd, 'image', layers, false, unit);
    }
  }

  #css(property: string): void {
    walkCss(
      this.#value,
      'declarations',
      cssSink(this.#finder, this.#tag, this.#info(), this.#doubtful, false),
      property,
    );
  }

  #content(): void {
    const directives = this.#tag.values('http-equiv');
    const text = this.#value.text;
    if (directives.includes('refresh')) {
      const found = readRefresh(text);
      if (found !== undefined) this.#url(found.start, found.end, 'refresh', [{ kind: 'refresh' }]);
    } else if (directives.length > 0) {
      const channel = directives.includes('link') ? 'hint' : 'ping';
      findBareUrls(text, 0, text.length, (from, to) => this.#url(from, to, channel, [], true, []));
    }
  }

  /** SMIL: what an animation sets may be a URL, a list of them, or CSS. */
  #animated(): void {
    const text = this.#value.text;
    if (mayHoldUrl(text)) this.#css(this.#name);
    this.#list(tokens(text, ';'), 'image', true);
  }

  #info(): Attribute {
    this.#attribute ??= attributeOf(this.#tag.source, this.#raw, this.#finder.declared);
    return this.#attribute;
  }

  #rel(): string {
    if (localName(this.#tag.tag) !== 'link') return '';
    return this.#tag.relation;
  }

  /** What comes in the attribute's stead where its absence would wake something else, or would glue its neighbours together. */
  #stub(): readonly TextEdit[] | undefined {
    const { text } = this.#tag.source;
    const span = this.#info().span;
    const before = text.charCodeAt(this.#raw.nameStart - 1);
    const behind = text.charAt(this.#raw.end);
    const loose = before <= 0x20 && this.#tag.source.outer === undefined;
    const joined = behind !== '' && behind !== '>' && behind.charCodeAt(0) > 0x20;
    if (this.#isCover()) {
      return [{ ...span, replacement: `${this.#name}=${INERT}${joined ? ' ' : ''}` }];
    }
    return loose ? undefined : [{ ...span, replacement: ' ' }];
  }

  #isCover(): boolean {
    const { tag } = this.#tag;
    if (MERGED_TAGS.has(tag)) return true;
    if ((tag === 'video' || tag === 'audio') && this.#name === 'src') return true;
    return this.#tag.repeats(localName(this.#name));
  }
}

/** A `base` of svg or math is none to the tree, and one to the preload scanner. */
function isForeign(tag: StartTag): boolean {
  return tag.parent?.tag === 'svg' || tag.parent?.tag === 'math';
}

function withUnit(unit: readonly TextEdit[] | undefined): { readonly unit?: readonly TextEdit[] } {
  return unit === undefined ? {} : { unit };
}

function tokens(text: string, separators: string): readonly (readonly [number, number])[] {
  const all: (readonly [number, number])[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at += 1) {
    if (at < text.length && !separators.includes(text.charAt(at))) continue;
    if (at > start) all.push([start, at]);
    start = at + 1;
  }
  return all;
}

/** Whatever looks like a URL in [start, end), where no reading of the text can be told. */
export function findBare(
  finder: Finder,
  source: Source,
  start: number,
  end: number,
  element: StartTag | undefined,
  channel: Channel,
): void {
  findBareUrls(source.text, start, end, (from, to) => {
    const value = source.text.slice(from, to);
    finder.collector.add({
      channel,
      element,
      attribute: undefined,
      value,
      source,
      start: from,
      end: to,
      layers: [],
      doubtful: true,
      weak: true,
    });
  });
}

/** A style sheet: of a `style` element, a data: URL, or a text/css part. */
export function findInSheet(
  finder: Finder,
  source: Source,
  element: StartTag | undefined,
  attribute: Attribute | undefined,
  channel: Channel | undefined,
): void {
  if (!finder.opens(source)) {
    findBare(finder, source, 0, source.text.length, element, channel ?? 'style');
    return;
  }
  walkCss(
    source,
    'sheet',
    cssSink(finder, element, attribute, source.doubtful, !source.doubtful && source.nesting === 0),
  );
}

function cssSink(
  finder: Finder,
  element: StartTag | undefined,
  attribute: Attribute | undefined,
  doubtful: boolean,
  rules: boolean,
) {
  const url = (found: CssUrl): void => {
    if (isDataUrl(found.value)) {
      openCssData(finder, found, element, attribute);
      return;
    }
    finder.collector.add({
      channel: found.channel,
      element,
      attribute,
      css:
        found.selector === undefined
          ? { property: found.property }
          : { property: found.property, selector: found.selector },
      value: found.value,
      source: found.source,
      start: found.start,
      end: found.end,
      layers: found.layers,
      doubtful: doubtful || found.doubtful,
      ...(found.weak ? { weak: true } : {}),
    });
  };
  const remnant = (source: Source, start: number, end: number): void => {
    findBare(finder, source, start, end, element, 'image');
  };
  return rules
    ? { url, remnant, rule: (rule: StyleRule) => void finder.styleRules.push(rule) }
    : { url, remnant };
}

function openCssData(
  finder: Finder,
  found: CssUrl,
  element: StartTag | undefined,
  attribute: Attribute | undefined,
): void {
  const cut = slice(found.source, found.start, found.end, found.layers);
  let source = cut;
  if (cut.text.includes('\\')) {
    const built = new Decoder(cut);
    built.put(unescapeCss(cut.text), 0, cut.text.length);
    source = built.finish();
  }
  for (const carried of openDataUrl(source, 0, source.text.length, found.channel === 'style')) {
    if (carried.kind === 'css') findInSheet(finder, carried.source, element, attribute, 'style');
    else finder.markup(carried.source, element);
  }
}
