import type { DeclaredEntities } from './entities.ts';
import { FoundPlace } from './found-place.ts';
import type { CssContext, ScanFacts } from './found-place.ts';
import { INERT } from './inert.ts';
import type { Place } from './place.ts';
import { parseUrl, resolve, Resolver } from './resolve.ts';
import { wholeText } from './source.ts';
import { COST } from './work.ts';
import type { Work } from './work.ts';

const MAX_BASES = 8;

/** Gathers places and bases while a text is scanned, and turns them into the scan's result. */
export class Collector implements ScanFacts {
  readonly text: string;
  readonly declared: DeclaredEntities;
  readonly #places: FoundPlace[] = [];
  /** Those that begin in front of one that was found before. */
  #late: FoundPlace[] | undefined;
  readonly #bases: string[] = [];
  #firstBase: string | undefined;
  /** How often it was told of a place or base. */
  told = 0;
  /** Two begin at one character. */
  #hasTwins = false;
  /** The furthest place, and whether the last one was the first to begin where it does. */
  #furthest = -1;
  #isLastNew = false;
  #context: CssContext = { property: '' };
  #removable: ((place: Place) => boolean) | undefined;

  readonly #work: Work;

  constructor(text: string, declared: DeclaredEntities, work: Work) {
    this.text = text;
    this.#work = work;
    this.declared = declared;
  }

  add(place: FoundPlace): void {
    this.told += 1;
    this.#work.spend(this.#costOf(place));
    const { start } = place;
    if (start > this.#furthest) {
      this.#furthest = start;
      this.#isLastNew = true;
      this.#places.push(place);
      return;
    }
    if (start === this.#furthest) {
      const last = this.#places[this.#places.length - 1];
      // Told at once, where it can be, so that it does not stay in memory.
      if (this.#isLastNew && last !== undefined && isRepeated(last, place)) return;
      this.#isLastNew = false;
      this.#hasTwins = true;
      this.#places.push(place);
      return;
    }
    this.#isLastNew = false;
    if (this.#late === undefined) this.#late = [place];
    else this.#late.push(place);
  }

  #costOf({ channel, css, doubtful, start, end }: FoundPlace): number {
    // Each base is one more URL for it.
    if (doubtful || css !== undefined || this.#bases.length > 1) return COST.place;
    return channel === 'anchor' ? Math.max(0, COST.link - (end - start)) : COST.load;
  }

  /** Where a URL stands in CSS; URLs that stand side by side share it. */
  cssContext(property: string, selector: string | undefined): CssContext {
    const last = this.#context;
    if (last.property === property && last.selector === selector) return last;
    this.#context = selector === undefined ? { property } : { property, selector };
    return this.#context;
  }

  isRemovable(place: Place): boolean {
    return this.#removable?.(place) === true;
  }

  /** `certain`: the first such one is what browsers take; others are taken by some reader. False: one too many, which counts for nothing. */
  addBase(value: string, certain: boolean): boolean {
    this.told += 1;
    const isKnown = this.#bases.includes(value);
    this.#work.spend(isKnown ? COST.load : COST.place);
    if (value === '' || (!isKnown && isNoBase(value))) return true;
    const isFirst = certain && this.#firstBase === undefined;
    if (isFirst) this.#firstBase = value;
    if (isKnown) return true;
    if (this.#bases.length >= MAX_BASES) return isFirst;
    this.#bases.push(value);
    return true;
  }

  /** All places in the order of the text; from `cut` on, everything is one. */
  finish(
    base: string | undefined,
    removable: ((place: Place) => boolean) | undefined,
    cut: number | undefined,
  ): readonly Place[] {
    this.#removable = removable;
    const resolver = new Resolver(this.#resolvedBases(base));
    const places = this.#inOrder();
    const end = cut === undefined ? Infinity : cutBetween(places, cut);
    let kept = 0;
    for (const place of places) {
      if (place.start >= end) break;
      const urls =
        place.values === undefined ? resolver.urlsOf(place.value) : allUrls(place.values, resolver);
      if (urls.length === 0 && place.weak) continue;
      place.urls = urls;
      places[kept] = place;
      kept += 1;
    }
    places.length = kept;
    if (cut !== undefined) places.push(this.tail(end));
    return places;
  }

  /** All from `start` on, as one place. */
  tail(start: number): FoundPlace {
    // The last line keeps its end.
    const lineEnd = /\r?\n?$/.exec(this.text.slice(-2))?.[0] ?? '';
    const end = Math.max(start, this.text.length - lineEnd.length);
    const all = wholeText(this.text);
    const tail = new FoundPlace(this, 'tail', undefined, undefined, '', all, start, end, all.layers, false);
    tail.part = [{ start, end, replacement: '' }];
    tail.urls = [INERT];
    return tail;
  }

  /** A place found twice (in two readings) is one, and no doubtful one if any reading is sure. */
  #inOrder(): FoundPlace[] {
    const places = this.#places;
    const late = this.#late;
    if (late === undefined && !this.#hasTwins) return places;
    // Stable: those that begin at one character stay in the order in which they were found, the late ones behind the others.
    if (late !== undefined && !isAscending(late)) late.sort((a, b) => a.start - b.start);
    const all: FoundPlace[] = [];
    let first: FoundPlace | undefined;
    let at = 0;
    for (const place of places) {
      for (let next = late?.[at]; next !== undefined && next.start < place.start; next = late?.[at]) {
        first = addUnlessRepeated(all, first, next);
        at += 1;
      }
      first = addUnlessRepeated(all, first, place);
    }
    for (let next = late?.[at]; next !== undefined; next = late?.[at]) {
      first = addUnlessRepeated(all, first, next);
      at += 1;
    }
    return all;
  }

  #resolvedBases(given: string | undefined): readonly string[] {
    const bases = given === undefined ? [] : [given];
    const all = this.#firstBase === undefined ? this.#bases : [this.#firstBase, ...this.#bases];
    for (const value of all) {
      for (const url of resolve(value, given === undefined ? [] : [given])) {
        if (!bases.includes(url)) bases.push(url);
      }
    }
    return bases;
  }
}

/** The last character at or in front of `cut` that is inside no place. */
function cutBetween(places: readonly FoundPlace[], cut: number): number {
  let at = cut;
  for (let one = places.length - 1; one >= 0; one -= 1) {
    const place = places[one];
    if (place !== undefined && place.start < at && place.end > at) at = place.start;
  }
  return at;
}

function isAscending(all: readonly FoundPlace[]): boolean {
  let last = -1;
  for (const { start } of all) {
    if (start < last) return false;
    last = start;
  }
  return true;
}

/** The first of those that begin where this one does. */
function addUnlessRepeated(all: FoundPlace[], first: FoundPlace | undefined, place: FoundPlace): FoundPlace {
  const isFirst = first === undefined || first.start !== place.start;
  if (isFirst || !isRepeated(first, place)) all.push(place);
  return isFirst ? place : first;
}

/** Whether the place is one that another reading has found. */
function isRepeated(first: FoundPlace, place: FoundPlace): boolean {
  return place.doubtful && first.channel === place.channel && first.value === place.value;
}

function allUrls(values: ReadonlySet<string>, resolver: Resolver): readonly string[] {
  const urls = new Set<string>();
  for (const value of values) for (const url of resolver.urlsOf(value)) urls.add(url);
  return [...urls];
}

/** Browsers pass over such a base (HTML 4.2.3) and take the next one. */
function isNoBase(value: string): boolean {
  const url = parseUrl(value, 'https://mail.invalid/');
  return url === undefined || !/^(?:https?|ftp|file|wss?):$/.test(url.protocol);
}
