import type { UrlParts } from '../url/index.ts';
import { Bucket, candidatesIn, type Candidate, type Entry } from './bucket.ts';
import { compileCondition, type Condition } from './condition.ts';
import type { RuleMatch } from './format.ts';
import { HostTrie } from './host-trie.ts';

const none: readonly never[] = [];

interface Placed<R> {
  readonly host: string;
  readonly entry: Entry<R>;
}

/** Compiled when a URL first has the rule's host and words. */
function lazyCondition(match: RuleMatch): Condition {
  let compiled: Condition | undefined;
  return (url) => (compiled ??= compileCondition(match))(url);
}

/** The last two labels of a host or pattern. */
function endOf(host: string): string {
  const dot = host.lastIndexOf('.');
  return host.slice(host.lastIndexOf('.', dot - 1) + 1);
}

/** Hosts whose buckets are remembered: a message names few, each many times, and many messages name the same. */
const maxRemembered = 512;

/** Entries by host. Those of a host are put in order when the first URL of a host with the same end comes: most never do in a short run. */
class Index<R> {
  readonly #hosts = new HostTrie<Bucket<R>>();
  readonly #anywhere = new Bucket<R>(0);
  readonly #waiting = new Map<string, Placed<R>[]>();
  readonly #remembered = new Map<string, readonly Bucket<R>[]>();

  constructor(rules: readonly { readonly rule: R; readonly match: RuleMatch }[]) {
    // By `forEach`: of a loop V8 would make optimised code, which is done when a short run is over.
    rules.forEach(({ rule, match }, order) => {
      const entry: Entry<R> = { rule, condition: lazyCondition(match), match, order };
      if (match.hosts === undefined) this.#anywhere.add(entry);
      for (const host of match.hosts ?? []) this.#wait({ host, entry });
    });
  }

  #wait(placed: Placed<R>): void {
    const host = placed.host.toLowerCase();
    let end = endOf(host);
    // `email.*.com` waits for any host below `com`.
    if (end.includes('*')) end = host.slice(host.lastIndexOf('.') + 1);
    if (end.includes('*')) return this.#place(placed);
    const list = this.#waiting.get(end);
    if (list === undefined) this.#waiting.set(end, [placed]);
    else list.push(placed);
  }

  #place({ host, entry }: Placed<R>): void {
    this.#hosts.at(host, (specificity) => new Bucket<R>(specificity)).add(entry);
  }

  #placeThoseAt(end: string): void {
    const waiting = this.#waiting.get(end);
    if (waiting === undefined) return;
    this.#waiting.delete(end);
    for (const placed of waiting) this.#place(placed);
  }

  candidates(url: UrlParts): readonly Candidate<R>[] {
    return candidatesIn(this.#bucketsOf(url.host), url);
  }

  /** Those of the host, and the one of the rules without a host. */
  #bucketsOf(host: string): readonly Bucket<R>[] {
    const known = this.#remembered.get(host);
    if (known !== undefined) return known;
    this.#placeThoseAt(endOf(host));
    this.#placeThoseAt(host.slice(host.lastIndexOf('.') + 1));
    const buckets = [...this.#hosts.find(host), this.#anywhere];
    if (this.#remembered.size >= maxRemembered) this.#remembered.clear();
    // A copy: a piece of a text would keep all of that text in memory.
    this.#remembered.set(Buffer.from(host, 'latin1').toString('latin1'), buckets);
    return buckets;
  }
}

interface Asked<R> {
  readonly url: UrlParts;
  readonly candidates: readonly Candidate<R>[];
}

const maxLatest = 4;

interface Rank {
  readonly specificity: number;
  readonly order: number;
}

/** Negative where the first goes before the second. */
function compare(one: Rank, other: Rank): number {
  return other.specificity - one.specificity || one.order - other.order;
}

/**
 * Rules, of one kind or of several. A look-up costs O(length of the URL) and the few rules that share a host or a rare word with it,
 * whatever the number of rules, and never throws.
 */
export class Matcher<R> {
  readonly #added: { readonly rule: R; readonly match: RuleMatch }[] = [];
  /** Made for the first URL: most of the many matchers of a process are never asked. */
  #index: Index<R> | undefined;
  /** What the index gave for the latest URLs: every kind of rule asks for a redirect and what it leads to, in turn. */
  #latest: Asked<R>[] = [];
  #oldest = 0;

  add(rule: R, match: RuleMatch): void {
    this.#added.push({ rule, match });
    this.#index = undefined;
    this.#latest = [];
    this.#oldest = 0;
  }

  #candidates(url: UrlParts): readonly Candidate<R>[] {
    for (const asked of this.#latest) if (asked.url === url) return asked.candidates;
    this.#index ??= new Index(this.#added);
    const candidates = this.#index.candidates(url);
    this.#latest[this.#oldest] = { url, candidates };
    this.#oldest = (this.#oldest + 1) % maxLatest;
    return candidates;
  }

  /** All rules that are wanted and match, each once: the most specific host first, then in the order they were added. */
  all<S extends R>(url: UrlParts, isWanted: (rule: R) => rule is S): readonly S[] {
    let hits: (Rank & { readonly rule: S })[] | undefined;
    for (const { rule, condition, specificity, order } of this.#candidates(url)) {
      if (isWanted(rule) && condition(url)) (hits ??= []).push({ rule, specificity, order });
    }
    if (hits === undefined) return none;
    if (hits.length === 1) return hits.map(({ rule }) => rule);
    hits.sort(compare);
    return [...new Set(hits.map(({ rule }) => rule))];
  }

  /** The first of `all`. */
  first<S extends R>(url: UrlParts, isWanted: (rule: R) => rule is S): S | undefined {
    let best: Rank | undefined;
    let found: S | undefined;
    for (const candidate of this.#candidates(url)) {
      const { rule } = candidate;
      if (
        !isWanted(rule) ||
        (best !== undefined && compare(candidate, best) >= 0) ||
        !candidate.condition(url)
      )
        continue;
      best = candidate;
      found = rule;
    }
    return found;
  }
}
