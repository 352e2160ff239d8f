import type { UrlParts } from '../url/index.ts';
import { pathOf, type Condition } from './condition.ts';
import type { RuleMatch } from './format.ts';
import { requiredWords } from './glob.ts';
import { filedValue, type IndexKey, waysToFile } from './index-words.ts';
import { eachWord, hashOf, hashOn, WordMap } from './words.ts';

/** A compiled rule as the index holds it. */
export interface Entry<R> {
  readonly rule: R;
  readonly match: RuleMatch;
  readonly condition: Condition;
  /** Place in the order of the packs: the earlier wins among equals. */
  readonly order: number;
}

/** An entry as it stands under one of its hosts, with how specific that host is. */
export interface Candidate<R> extends Entry<R> {
  readonly specificity: number;
}

/** Rules under one word, and the look-up that took them last. */
interface Filed<R> {
  readonly entries: Candidate<R>[];
  takenBy: number;
}

/** Look-ups so far, so that each takes a list once. */
let lookUps = 0;

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
  readonly #specificity: number;
  readonly #entries: Candidate<R>[] = [];
  readonly #filed = { path: new WordMap<Filed<R>>(), params: new WordMap<Filed<R>>() };
  /** Names of parameters that stand with a value in `params`. */
  readonly #withValue = new WordMap<true>();
  #always: readonly Candidate<R>[] = [];
  #sealed = false;

  constructor(specificity: number) {
    this.#specificity = specificity;
  }

  add(entry: Entry<R>): void {
    this.#entries.push({ ...entry, specificity: this.#specificity });
    this.#sealed = false;
  }

  #seal(): void {
    const uses = new Map<string, number>();
    const words = new Map<string, readonly string[]>();
    const wordsOf = (glob: string): readonly string[] => {
      const known = words.get(glob) ?? requiredWords(glob);
      words.set(glob, known);
      return known;
    };
    for (const { match } of this.#entries) {
      for (const glob of match.paths ?? []) for (const word of wordsOf(glob)) count(uses, word);
      for (const text of match.query ?? []) count(uses, text);
    }
    const weight = (word: string): number => (common.has(word) ? 1e6 : 0) + (uses.get(word) ?? 0);
    const rarest = (words: readonly string[]): string =>
      words.reduce((best, word) => (weight(word) < weight(best) ? word : best));
    const cost = (keys: readonly IndexKey[]): number => Math.max(...keys.map(({ word }) => weight(word)));
    const always: Candidate<R>[] = [];
    for (const entry of this.#entries) {
      const ways = [...waysToFile(entry.match, wordsOf, rarest)].sort((a, b) => cost(a) - cost(b));
      const best = ways[0];
      if (best === undefined) always.push(entry);
      for (const key of best ?? []) this.#file(key, entry);
    }
    this.#always = always;
    this.#sealed = true;
  }

  #file(key: IndexKey, entry: Candidate<R>): void {
    const map = this.#filed[key.in];
    const equals = key.in === 'params' ? key.word.indexOf('=') : -1;
    if (equals >= 0) this.#withValue.set(key.word.slice(0, equals), true);
    const list = map.get(key.word);
    if (list === undefined) map.set(key.word, { entries: [entry], takenBy: 0 });
    else if (list.entries.at(-1) !== entry) list.entries.push(entry);
  }

  /** Whether there are rules that are found by a word of the path. */
  get hasPaths(): boolean {
    return !this.#filed.path.isEmpty;
  }

  /** Adds what is found by the host alone. */
  takeAlways(candidates: Candidate<R>[]): void {
    if (!this.#sealed) this.#seal();
    for (const entry of this.#always) candidates.push(entry);
  }

  /** Adds what is found by the word of this hash that stands at [start, end) of the path. */
  takeByWord(path: string, start: number, end: number, hash: number, candidates: Candidate<R>[]): void {
    const { path: paths } = this.#filed;
    if (paths.mayHave(hash)) take(paths.get(path.slice(start, end)), candidates);
  }

  /** Adds what is found by a parameter. */
  takeByParams(url: UrlParts, candidates: Candidate<R>[]): void {
    const { params: names } = this.#filed;
    if (names.isEmpty) return;
    for (const param of url.params) {
      const { name } = param;
      const hash = hashOf(name);
      if (names.mayHave(hash)) take(names.get(name), candidates);
      if (!this.#withValue.mayHave(hash)) continue;
      const value = filedValue(param);
      if (value === undefined || !names.mayHave(hashOn(hashOn(hash, '='), value))) continue;
      take(names.get(`${name}=${value}`), candidates);
    }
  }
}

/** What of these buckets may match: the host and a word do, the condition is still to be tested. */
export function candidatesIn<R>(buckets: readonly Bucket<R>[], url: UrlParts): readonly Candidate<R>[] {
  const candidates: Candidate<R>[] = [];
  // Each list once: a path of a thousand times the same word must not test its rules a thousand times.
  lookUps += 1;
  let hasPaths = false;
  for (const bucket of buckets) {
    bucket.takeAlways(candidates);
    bucket.takeByParams(url, candidates);
    hasPaths ||= bucket.hasPaths;
  }
  if (!hasPaths) return candidates;
  const path = pathOf(url);
  eachWord(path, (start, end, hash) => {
    for (const bucket of buckets) bucket.takeByWord(path, start, end, hash, candidates);
  });
  return candidates;
}

function take<R>(list: Filed<R> | undefined, candidates: Candidate<R>[]): void {
  if (list === undefined || list.takenBy === lookUps) return;
  list.takenBy = lookUps;
  for (const entry of list.entries) candidates.push(entry);
}
