import type { UrlParts } from '../url/index.ts';
import { Bucket, type Candidate, type Entry } from './bucket.ts';
import { compileCondition, type Condition } from './condition.ts';
import type { RuleMatch } from './format.ts';
import { HostTrie } from './host-trie.ts';

const none: readonly never[] = [];

interface Index<R> {
  readonly hosts: HostTrie<Bucket<R>>;
  readonly anywhere: Bucket<R>;
}

/** Compiled when a URL first has the rule's host and words. */
function lazyCondition(match: RuleMatch): Condition {
  let compiled: Condition | undefined;
  return (url) => (compiled ??= compileCondition(match))(url);
}

function indexOf<R>(rules: readonly { readonly rule: R; readonly match: RuleMatch }[]): Index<R> {
  const newBucket = (specificity: number): Bucket<R> => new Bucket<R>(specificity);
  const index: Index<R> = { hosts: new HostTrie(), anywhere: newBucket(0) };
  for (const [order, { rule, match }] of rules.entries()) {
    const entry: Entry<R> = { rule, condition: lazyCondition(match), match, order };
    if (match.hosts === undefined) index.anywhere.add(entry);
    for (const host of match.hosts ?? []) index.hosts.at(host, newBucket).add(entry);
  }
  return index;
}

/**
 * Rules, of one kind or of several. A look-up costs O(length of the URL) and the few rules that share a host or a rare word with it,
 * whatever the number of rules, and never throws.
 */
export class Matcher<R> {
  readonly #added: { readonly rule: R; readonly match: RuleMatch }[] = [];
  /** Made for the first URL: most of the many matchers of a process are never asked. */
  #index: Index<R> | undefined;
  /** What the index gave for the latest URL: every kind of rule asks for the same one in turn. */
  #latest: { readonly url: UrlParts | undefined; readonly candidates: readonly Candidate<R>[] } = {
    url: undefined,
    candidates: none,
  };

  add(rule: R, match: RuleMatch): void {
    this.#added.push({ rule, match });
    this.#index = undefined;
    this.#latest = { url: undefined, candidates: none };
  }

  #candidates(url: UrlParts): readonly Candidate<R>[] {
    if (this.#latest.url === url) return this.#latest.candidates;
    const candidates: Candidate<R>[] = [];
    const { hosts, anywhere } = (this.#index ??= indexOf(this.#added));
    for (const bucket of hosts.find(url.host)) bucket.collect(url, candidates);
    anywhere.collect(url, candidates);
    this.#latest = { url, candidates };
    return candidates;
  }

  /** All rules that are wanted and match, each once: the most specific host first, then in the order they were added. */
  all<S extends R>(url: UrlParts, isWanted: (rule: R) => rule is S): readonly S[] {
    let hits: { rule: S; specificity: number; order: number }[] | undefined;
    for (const { rule, condition, specificity, order } of this.#candidates(url)) {
      if (isWanted(rule) && condition(url)) (hits ??= []).push({ rule, specificity, order });
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
