import type { Collector } from './collector.ts';
import { bothConditions, sheetCondition } from './conditions.ts';
import { walkCss } from './css.ts';
import type { CssSink, CssUrl } from './css.ts';
import { unescapeCss } from './css-text.ts';
import { isDataUrl, openDataUrl } from './data-url.ts';
import type { StartTag } from './element.ts';
import { FoundPlace } from './found-place.ts';
import { findPreloadedImports } from './preload-imports.ts';
import type { Channel, Layer, StyleRule } from './place.ts';
import type { DeclaredEntities } from './entities.ts';
import { Decoder, layersWith, slice } from './source.ts';
import type { Source } from './source.ts';
import type { RawAttribute } from './tag.ts';
import { findBare, findUnread } from './unread.ts';
import { COST } from './work.ts';
import type { Work } from './work.ts';

/** What the finders of one text share. */
export interface Finder {
  readonly collector: Collector;
  readonly declared: DeclaredEntities;
  readonly styleRules: StyleRule[];
  readonly work: Work;
  /** Scans a document that stands inside the text; in too deep a one, whatever looks like a URL counts. */
  markup(source: Source, element: StartTag | undefined): void;
  /** Whether a document that stands inside others is read. */
  opens(source: Source): boolean;
}

/** A style sheet: of a `style` element, a data: URL, or a text/css part. */
export function findInSheet(
  finder: Finder,
  source: Source,
  element: StartTag | undefined,
  attribute: RawAttribute | undefined,
  channel: Channel | undefined,
): void {
  if (!finder.opens(source)) {
    findUnread(finder, source, element, channel ?? 'style');
    return;
  }
  finder.work.spend(source.nesting > 0 ? COST.document + source.text.length / 2 : COST.sheet);
  const counts = !source.doubtful && source.nesting === 0;
  const places = new CssPlaces(finder, element, attribute, source.doubtful, counts);
  walkCss(source, 'sheet', places);
  findPreloadedImports(source.text, (start, end) => places.preloaded(source, start, end));
}

const NO_LAYERS: readonly Layer[] = [];

/** Takes what the walk over CSS finds. */
export class CssPlaces implements CssSink {
  /** Rules count where the sheet is one to every client. */
  readonly takesRules: boolean;
  readonly #finder: Finder;
  readonly #element: StartTag | undefined;
  readonly #attribute: RawAttribute | undefined;
  readonly #doubtful: boolean;
  /** What all rules hang on, once there is one. */
  #condition: { readonly media: string | undefined } | undefined;
  /** Around the last URL: a sheet has the same ones again and again. */
  #own: readonly Layer[] | undefined;
  #layers = NO_LAYERS;
  /** Where imports stand, in order, and what they import. */
  #importStarts: number[] | undefined;
  #imports: string[] | undefined;
  #nextImport = 0;

  constructor(
    finder: Finder,
    element: StartTag | undefined,
    attribute: RawAttribute | undefined,
    doubtful: boolean,
    takesRules: boolean,
  ) {
    this.#finder = finder;
    this.#element = element;
    this.#attribute = attribute;
    this.#doubtful = doubtful;
    this.takesRules = takesRules;
  }

  /** An import that only those see who read ahead, told in order behind all URLs; one that the sheet has, too, is no second one. */
  preloaded(source: Source, start: number, end: number): void {
    const written = source.text.slice(start, end);
    const value = written.includes('\0') ? written.replaceAll('\0', '') : written;
    const starts = this.#importStarts;
    if (starts !== undefined) {
      while ((starts[this.#nextImport] ?? Infinity) < start) this.#nextImport += 1;
      const known = starts[this.#nextImport] === start ? this.#imports?.[this.#nextImport] : undefined;
      if (known === value || (known !== undefined && isDataUrl(value))) return;
    }
    this.#add({
      source,
      start,
      end,
      value,
      layers: NO_LAYERS,
      channel: 'style',
      property: '@import',
      selector: undefined,
      doubtful: true,
      weak: false,
    });
  }

  url(found: CssUrl): void {
    if (found.channel === 'style') {
      (this.#importStarts ??= []).push(found.start);
      (this.#imports ??= []).push(found.value);
    }
    this.#add(found);
  }

  #add(found: CssUrl): void {
    if (isDataUrl(found.value)) {
      this.#data(found);
      return;
    }
    const { collector } = this.#finder;
    if (this.#own !== found.layers) {
      this.#own = found.layers;
      this.#layers = layersWith(found.source, found.layers);
    }
    const place = new FoundPlace(
      collector,
      found.channel,
      this.#element,
      this.#attribute,
      found.value,
      found.source,
      found.start,
      found.end,
      this.#layers,
      this.#doubtful || found.doubtful,
    );
    place.css = collector.cssContext(found.property, found.selector);
    // None of those that only a reader-ahead sees, who knows no escapes.
    place.hasEscapes = found.layers.length > 0;
    place.weak = found.weak;
    collector.add(place);
  }

  remnant(source: Source, start: number, end: number): void {
    findBare(this.#finder, source, start, end, this.#element, 'image');
  }

  rule(rule: StyleRule): void {
    this.#condition ??= { media: sheetCondition(this.#element) };
    const media = bothConditions(this.#condition.media, rule.media);
    this.#finder.work.spend(COST.rule);
    this.#finder.styleRules.push(media === rule.media || media === undefined ? rule : { ...rule, media });
  }

  atRule(): void {
    this.#finder.work.spend(COST.rule);
  }

  #data(found: CssUrl): void {
    const cut = slice(found.source, found.start, found.end, found.layers);
    let source = cut;
    if (cut.text.includes('\\')) {
      const built = new Decoder(cut);
      built.put(unescapeCss(cut.text), 0, cut.text.length);
      source = built.finish();
    }
    for (const carried of openDataUrl(source, 0, source.text.length, found.channel === 'style')) {
      if (carried.kind === 'css')
        findInSheet(this.#finder, carried.source, this.#element, this.#attribute, 'style');
      else this.#finder.markup(carried.source, this.#element);
    }
  }
}
