import type { UrlParts } from '../url/index.ts';
import { Bucket, type Entry, type Hit } from './bucket.ts';
import { compileCondition } from './condition.ts';
import type { RuleMatch } from './format.ts';
import { HostTrie } from './host-trie.ts';

/**
 * Rules of one kind. A look-up costs O(length of the URL) and the few rules that share a host or a rare word with it, whatever the number
 * of rules, and never throws.
 */
export class Matcher<R> {
  readonly #hosts = new HostTrie<Bucket<R>>();
  readonly #anywhere = new Bucket<R>();
  #order = 0;

  add(rule: R, match: RuleMatch): void {
    const entry: Entry<R> = { rule, match, condition: compileCondition(match), order: this.#order++ };
    if (match.hosts === undefined) this.#anywhere.add(entry);
    for (const host of match.hosts ?? []) this.#hosts.at(host, () => new Bucket<R>()).add(entry);
  }

  /** All rules that match, each once: the most specific host first, then in the order they were added. */
  all(url: UrlParts): readonly R[] {
    const hits: Hit<R>[] = [];
    for (const { value, specificity } of this.#hosts.find(url.host)) value.collect(url, specificity, hits);
    this.#anywhere.collect(url, 0, hits);
    if (hits.length === 0) return [];
    hits.sort((a, b) => b.specificity - a.specificity || a.entry.order - b.entry.order);
    return [...new Set(hits.map(({ entry }) => entry.rule))];
  }

  first(url: UrlParts): R | undefined {
    return this.all(url)[0];
  }
}
