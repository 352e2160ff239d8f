import type { UrlParts } from '../url/index.ts';
import { Bucket, type Entry, type Hit } from './bucket.ts';
import { compileCondition } from './condition.ts';
import type { RuleMatch } from './format.ts';
import { HostTrie } from './host-trie.ts';

const none: readonly never[] = [];

/**
 * Rules, of one kind or of several. A look-up costs O(length of the URL) and the few rules that share a host or a rare word with it,
 * whatever the number of rules, and never throws.
 */
export class Matcher<R> {
  readonly #hosts = new HostTrie<Bucket<R>>();
  readonly #anywhere = new Bucket<R>();
  #order = 0;
  /** What the index gave for the latest URL: every kind of rule asks for the same one in turn. */
  #latest: { readonly url: UrlParts | undefined; readonly candidates: readonly Hit<R>[] } = {
    url: undefined,
    candidates: none,
  };

  add(rule: R, match: RuleMatch): void {
    const entry: Entry<R> = { rule, condition: compileCondition(match), match, order: this.#order++ };
    if (match.hosts === undefined) this.#anywhere.add(entry);
    for (const host of match.hosts ?? []) this.#hosts.at(host, () => new Bucket<R>()).add(entry);
    this.#latest = { url: undefined, candidates: none };
  }

  #candidates(url: UrlParts): readonly Hit<R>[] {
    if (this.#latest.url === url) return this.#latest.candidates;
    const candidates: Hit<R>[] = [];
    for (const { value, specificity } of this.#hosts.find(url.host))
      value.collect(url, specificity, candidates);
    this.#anywhere.collect(url, 0, candidates);
    this.#latest = { url, candidates };
    return candidates;
  }

  /** All rules that are wanted and match, each once: the most specific host first, then in the order they were added. */
  all<S extends R>(url: UrlParts, isWanted: (rule: R) => rule is S): readonly S[] {
    let hits: { rule: S; specificity: number; order: number }[] | undefined;
    for (const { entry, specificity } of this.#candidates(url)) {
      const { rule, order } = entry;
      if (isWanted(rule) && entry.condition(url)) (hits ??= []).push({ rule, specificity, order });
    }
    if (hits === undefined) return none;
    if (hits.length === 1) return hits.map(({ rule }) => rule);
    hits.sort((a, b) => b.specificity - a.specificity || a.order - b.order);
    return [...new Set(hits.map(({ rule }) => rule))];
  }

  first<S extends R>(url: UrlParts, isWanted: (rule: R) => rule is S): S | undefined {
    return this.all(url, isWanted)[0];
  }
}
