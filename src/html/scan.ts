import { DEFAULT_CAPS, MAX_NESTING, SURE_NESTING } from './caps.ts';
import type { ScanCaps } from './caps.ts';
import { Collector } from './collector.ts';
import { DeclaredEntities } from './entities.ts';
import type { StartTag } from './element.ts';
import { OpenElements } from './open-elements.ts';
import { tailOf } from './place.ts';
import type { FlatReason, HtmlScan, Place, StyleRule } from './place.ts';
import { removability } from './removable.ts';
import { findInSheet } from './sheet-places.ts';
import type { Source } from './source.ts';
import { startOf, wholeText } from './source.ts';
import type { RawTag } from './tag.ts';
import { findUnread } from './unread.ts';
import { MarkupWalk } from './walk.ts';
import type { WalkHost } from './walk.ts';
import { COST, Spare, USED_UP, Work } from './work.ts';

export interface ScanOptions {
  /** Absolute URL that relative ones are resolved against (Content-Base, Content-Location). */
  readonly base?: string;
  readonly caps?: ScanCaps;
  /** The part is XML (XHTML, SVG), so that what stands in a `style` or `textarea` is markup for sure. */
  readonly xml?: boolean;
  /** Shared by the texts of one message. */
  readonly spare?: Spare;
}

/**
 * Finds every place that can make a client fetch, in HTML, XHTML or SVG. Never throws, never recurses over the input's depth, and takes
 * time linear in the text. Over-approximates: where parsers differ, what any of them would see is found, and marked `doubtful`. A text that costs
 * more than any mail does is read no further: its last place is the `tail`, all that has not been read.
 */
export function scanHtml(text: string, options: ScanOptions = {}): HtmlScan {
  const caps = options.caps ?? DEFAULT_CAPS;
  const spare = options.spare ?? new Spare();
  const { left } = spare;
  const scan = new MarkupScan(caps, text, options.xml === true, spare);
  scan.run(wholeText(text));
  const places = scan.collector.finish(options.base, removability(text, scan), scan.cut);
  const tail = tailOf(places);
  if (tail !== undefined && text.length > caps.characters && tail.span.start <= caps.characters) {
    // What is left is none too long, and judged for what it is.
    const again = scanHtml(text.slice(0, tail.span.start), { ...options, spare: new Spare(left) });
    const start = tailOf(again.places)?.span.start;
    const read = start === undefined ? again.places : again.places.slice(0, -1);
    return { ...again, places: [...read, start === undefined ? tail : scan.collector.tail(start)] };
  }
  return {
    places,
    styleRules: scan.styleRules,
    firstText: scan.firstText,
    lastText: scan.lastText,
    flat: scan.flat,
  };
}

/** Finds every place of a style sheet (a text/css part). Promises what {@link scanHtml} does. */
export function scanCss(text: string, options: ScanOptions = {}): readonly Place[] {
  const scan = new MarkupScan(options.caps ?? DEFAULT_CAPS, text, false, options.spare);
  scan.runSheet(wholeText(text));
  return scan.collector.finish(options.base, undefined, scan.cut);
}

interface Sure {
  at: number;
  rules: number;
  firstText: number;
  lastText: number;
  hasFrameset: boolean;
  flat: FlatReason | undefined;
}

/** So often one document is read where others declare entities around it. */
const MAX_SURROUNDINGS = 4;

class MarkupScan implements WalkHost {
  declared = new DeclaredEntities();
  readonly work: Work;
  readonly isXml: boolean;
  readonly collector: Collector;
  readonly styleRules: StyleRule[] = [];
  readonly #caps: ScanCaps;
  readonly #open: OpenElements;
  #elements = 0;
  #sheetBudget: number;
  #nestedBudget: number;
  #flat: FlatReason | undefined;
  /** A document inside the text that left nothing behind: what is the same in the same surroundings does not, either. */
  #inert: { readonly text: string; readonly nesting: number; readonly around: DeclaredEntities } | undefined;
  /** Those that were read, by the character where they begin and how deep they stand. */
  readonly #documents = new Map<number, { readonly text: string; readonly around: DeclaredEntities }[]>();
  firstText = -1;
  lastText = -1;
  hasFrameset = false;
  /** Where the text is to end, as it costs too much to read on. */
  cut: number | undefined;
  /** What was known where reading was far from its limit for the last time. */
  readonly #sure: Sure = {
    at: 0,
    rules: 0,
    firstText: -1,
    lastText: -1,
    hasFrameset: false,
    flat: undefined,
  };

  constructor(caps: ScanCaps, text: string, isXml: boolean, spare = new Spare()) {
    const { length } = text;
    this.isXml = isXml;
    this.work = new Work(length, spare);
    this.collector = new Collector(text, this.declared, this.work);
    this.#caps = caps;
    this.#open = new OpenElements(caps.depth, 2 * length + 10_000);
    this.#sheetBudget = length + 10_000;
    // Enough for one document as long as the text in each of its charsets (`data-url.ts`).
    this.#nestedBudget = 4 * length + 200_000;
    if (length > caps.characters) this.#goFlat('size');
    this.#sure.flat = this.#flat;
  }

  get flat(): FlatReason | undefined {
    return this.#flat ?? (this.#open.flat ? 'depth' : undefined);
  }

  #goFlat(reason: FlatReason): void {
    this.#flat ??= reason;
    this.#open.flat = true;
  }

  run(source: Source): void {
    this.#unlessTooMuch(() => new MarkupWalk(this, source, undefined, this.#open).walk());
  }

  runSheet(source: Source): void {
    this.#unlessTooMuch(() => findInSheet(this, source, undefined, undefined, undefined));
  }

  /**
   * What is left of a text that is cut is far from the limit, so that it is not cut again. What was found behind the cut is forgotten, as it will
   * not be there.
   */
  #unlessTooMuch(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (error !== USED_UP) throw error;
      const { at, rules, firstText, lastText, hasFrameset, flat } = this.#sure;
      this.cut = at;
      this.styleRules.length = rules;
      this.firstText = firstText;
      this.lastText = lastText;
      this.hasFrameset = hasFrameset;
      this.#flat = flat;
      this.#open.flat = flat !== undefined;
    }
    this.work.end();
  }

  reach(at: number): void {
    if (!this.work.isLow) return;
    const sure = this.#sure;
    sure.at = at;
    sure.rules = this.styleRules.length;
    sure.firstText = this.firstText;
    sure.lastText = this.lastText;
    sure.hasFrameset = this.hasFrameset;
    sure.flat = this.flat;
  }

  markup(source: Source, element: StartTag | undefined): void {
    if (!this.opens(source)) {
      findUnread(this, source, element, 'frame');
      return;
    }
    const around = this.declared;
    const { text, nesting } = source;
    const isSure = nesting <= SURE_NESTING;
    if (isSure && this.#isKnown(source)) return;
    this.work.spend(COST.document);
    const inert = this.#inert;
    if (isSure && inert?.text === text && inert.nesting === nesting && inert.around === around) return;
    const before = this.#activity;
    this.work.spend(nesting > 1 ? text.length : text.length / 2);
    if (text.includes('<!ENTITY')) this.declared = new DeclaredEntities(around);
    new MarkupWalk(this, source, element, undefined).walk();
    this.declared = around;
    if (isSure && this.#activity === before) this.#inert = { text, nesting, around };
  }

  /**
   * Whether the document was read before, reached by other ways: of `<a/srcdoc=<a/srcdoc=…` each is in each of those in front of it, so that there
   * are as many ways to the last as there are choices of what stands around it.
   */
  #isKnown(source: Source): boolean {
    const { text, nesting } = source;
    const key = startOf(source, 0) * MAX_NESTING + nesting;
    const known = this.#documents.get(key) ?? [];
    const alike = known.filter((one) => one.text === text);
    if (alike.some(({ around }) => around === this.declared)) return true;
    if (alike.length >= MAX_SURROUNDINGS) {
      this.#nestedBudget -= text.length;
      if (this.#nestedBudget >= 0) findUnread(this, source, undefined, 'frame');
      return true;
    }
    known.push({ text, around: this.declared });
    this.#documents.set(key, known);
    return false;
  }

  /** Grows with all that a document inside the text leaves behind. */
  get #activity(): number {
    return this.collector.told + this.#elements - this.#sheetBudget - this.#nestedBudget;
  }

  opens(source: Source): boolean {
    if (source.nesting <= SURE_NESTING) return true;
    this.#nestedBudget -= source.text.length;
    return source.nesting <= MAX_NESTING && this.#nestedBudget >= 0;
  }

  countElement(raw: RawTag): void {
    this.#elements += 1;
    if (this.#elements > this.#caps.elements) this.#goFlat('elements');
    if (raw.count > this.#caps.attributes) this.#goFlat('attributes');
  }

  /** Whether a style sheet of a doubtful reading may still be read; the same text may be claimed by many `<style>` tags. */
  spendOnSheet(characters: number): boolean {
    this.#sheetBudget -= characters;
    return this.#sheetBudget >= 0;
  }
}
