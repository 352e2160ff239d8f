import type { UrlParts } from '../url/index.ts';
import type { Condition } from './condition.ts';
import type { RuleMatch } from './format.ts';
import { requiredWords } from './glob.ts';
import { type IndexKey, urlWords, waysToFile } from './index-words.ts';
import { WordMap } from './words.ts';

/** A compiled rule as the index holds it. */
export interface Entry<R> {
  readonly rule: R;
  readonly match: RuleMatch;
  readonly condition: Condition;
  /** Place in the order of the packs: the earlier wins among equals. */
  readonly order: number;
}

/** An entry whose host and words match, with how specific its host was; its condition is still to be tested. */
export interface Hit<R> {
  readonly entry: Entry<R>;
  readonly specificity: number;
}

/** Words that so many URLs have that a rule filed under them would be tried on most. */
const common = new Set([
  'com',
  'gif',
  'html',
  'http',
  'https',
  'id',
  'images',
  'img',
  'jpg',
  'php',
  'png',
  'www',
]);

function count(map: Map<string, number>, word: string): void {
  map.set(word, (map.get(word) ?? 0) + 1);
}

/**
 * Rules of one host (or of none), filed so that a look-up tries only those that share a rare word or parameter with the URL. Rules
 * without such a word are always tried; the format allows them only below a host.
 */
export class Bucket<R> {
  readonly #entries: Entry<R>[] = [];
  readonly #filed = { path: new WordMap<Entry<R>[]>(), params: new WordMap<Entry<R>[]>() };
  #always: readonly Entry<R>[] = [];
  #sealed = false;

  add(entry: Entry<R>): void {
    this.#entries.push(entry);
    this.#sealed = false;
  }

  #seal(): void {
    const uses = new Map<string, number>();
    for (const { match } of this.#entries) {
      for (const glob of match.paths ?? []) for (const word of requiredWords(glob)) count(uses, word);
      for (const text of match.query ?? []) count(uses, text);
    }
    const weight = (word: string): number => (common.has(word) ? 1e6 : 0) + (uses.get(word) ?? 0);
    const rarest = (words: readonly string[]): string =>
      words.reduce((best, word) => (weight(word) < weight(best) ? word : best));
    const cost = (keys: readonly IndexKey[]): number => Math.max(...keys.map(({ word }) => weight(word)));
    const always: Entry<R>[] = [];
    for (const entry of this.#entries) {
      const ways = [...waysToFile(entry.match, rarest)].sort((a, b) => cost(a) - cost(b));
      const best = ways[0];
      if (best === undefined) always.push(entry);
      for (const key of best ?? []) this.#file(key, entry);
    }
    this.#always = always;
    this.#sealed = true;
  }

  #file(key: IndexKey, entry: Entry<R>): void {
    const map = this.#filed[key.in];
    const list = map.get(key.word);
    if (list === undefined) map.set(key.word, [entry]);
    else if (list.at(-1) !== entry) list.push(entry);
  }

  /** Adds what may match to `hits`, each at most once. */
  collect(url: UrlParts, specificity: number, hits: Hit<R>[]): void {
    if (!this.#sealed) this.#seal();
    for (const entry of this.#always) hits.push({ entry, specificity });
    const { path: paths, params: names } = this.#filed;
    if (paths.isEmpty && names.isEmpty) return;
    // Each list once: a path of a thousand times the same word must not test its rules a thousand times.
    let found: Set<readonly Entry<R>[]> | undefined;
    const words = urlWords(url);
    if (!paths.isEmpty) {
      const { path, pathWords } = words;
      for (const { start, end, hash } of pathWords) {
        const list = paths.mayHave(hash) ? paths.get(path.slice(start, end)) : undefined;
        if (list !== undefined) (found ??= new Set()).add(list);
      }
    }
    if (!names.isEmpty) {
      for (const { name, hash, value, pairHash } of words.params) {
        const list = names.mayHave(hash) ? names.get(name) : undefined;
        if (list !== undefined) (found ??= new Set()).add(list);
        if (value === undefined || !names.mayHave(pairHash)) continue;
        const exact = names.get(`${name}=${value}`);
        if (exact !== undefined) (found ??= new Set()).add(exact);
      }
    }
    if (found === undefined) return;
    for (const list of found) for (const entry of list) hits.push({ entry, specificity });
  }
}
