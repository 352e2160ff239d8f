import type { CssContext, FoundPlace, ScanFacts } from './found-place.ts';
import type { Place } from './place.ts';
import type { DeclaredEntities } from './entities.ts';
import { parseUrl, resolve, Resolver } from './resolve.ts';

const MAX_BASES = 8;

/** Gathers places and bases while a text is scanned, and turns them into the scan's result. */
export class Collector implements ScanFacts {
  readonly text: string;
  readonly declared: DeclaredEntities;
  readonly #places: FoundPlace[] = [];
  readonly #bases: string[] = [];
  #firstBase: string | undefined;
  #isSorted = true;
  /** The furthest place, and whether the last one was the first to begin where it does. */
  #furthest = -1;
  #isLastNew = false;
  #hasDoubtful = false;
  #context: CssContext = { property: '' };
  #removable: ((place: Place) => boolean) | undefined;

  constructor(text: string, declared: DeclaredEntities) {
    this.text = text;
    this.declared = declared;
  }

  add(place: FoundPlace): void {
    const { start } = place;
    if (start > this.#furthest) {
      this.#furthest = start;
      this.#isLastNew = true;
    } else {
      const last = this.#places[this.#places.length - 1];
      // Told at once, where it can be, so that it does not stay in memory.
      if (this.#isLastNew && last !== undefined && last.start === start && isRepeated(last, place)) return;
      this.#isSorted = false;
      this.#isLastNew = false;
    }
    this.#hasDoubtful ||= place.doubtful;
    this.#places.push(place);
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
    if (value === '' || isNoBase(value)) return true;
    const isFirst = certain && this.#firstBase === undefined;
    if (isFirst) this.#firstBase = value;
    if (this.#bases.includes(value)) return true;
    if (this.#bases.length >= MAX_BASES) return isFirst;
    this.#bases.push(value);
    return true;
  }

  /** All places in the order of the text. */
  finish(base: string | undefined, removable: ((place: Place) => boolean) | undefined): readonly Place[] {
    this.#removable = removable;
    const resolver = new Resolver(this.#resolvedBases(base));
    const places = this.#inOrder();
    let kept = 0;
    for (const place of places) {
      const urls =
        place.values === undefined ? resolver.urlsOf(place.value) : allUrls(place.values, resolver);
      if (urls.length === 0 && place.weak) continue;
      place.urls = urls;
      places[kept] = place;
      kept += 1;
    }
    places.length = kept;
    return places;
  }

  /** A place found twice (in two readings) is one, and no doubtful one if any reading is sure. */
  #inOrder(): FoundPlace[] {
    if (this.#isSorted) return this.#places;
    // Stable: those that begin at one character stay in the order in which they were found.
    const sorted = this.#places.sort((a, b) => a.start - b.start);
    if (!this.#hasDoubtful) return sorted;
    let first: FoundPlace | undefined;
    return sorted.filter((place) => {
      if (first === undefined || first.start !== place.start) first = place;
      else return !isRepeated(first, place);
      return true;
    });
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
