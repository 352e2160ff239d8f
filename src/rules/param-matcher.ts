import type { UrlParts } from '../url/index.ts';
import type { ParamRule } from './format.ts';
import { HostTrie } from './host-trie.ts';
import { Matcher } from './matcher.ts';
import { compileShape, type ShapeTest } from './shape.ts';
import { hashOf, WordMap } from './words.ts';

interface Compiled {
  readonly rule: ParamRule;
  readonly shape: ShapeTest | undefined;
  readonly except: HostTrie<true> | undefined;
}

const isAny = (_rule: Compiled): _rule is Compiled => true;

/** Parameter rules, filed by name, then as any rule. */
export class ParamMatcher {
  readonly #exact = new WordMap<Matcher<Compiled>>();
  readonly #prefixes = new WordMap<Matcher<Compiled>>();
  /** Of the prefixes, the longest first. */
  #prefixLengths: readonly number[] = [];
  #latest: {
    readonly url: UrlParts | undefined;
    readonly matching: Map<Matcher<Compiled>, readonly Compiled[]>;
  } = { url: undefined, matching: new Map() };

  add(rule: ParamRule): void {
    const except = rule.except === undefined ? undefined : new HostTrie<true>();
    for (const host of rule.except ?? []) except?.at(host, () => true);
    const shape = rule.value === undefined ? undefined : (compileShape(rule.value) ?? (() => false));
    for (const name of new Set(rule.names)) {
      const isPrefix = name.endsWith('*');
      const key = isPrefix ? name.slice(0, -1) : name;
      const map = isPrefix ? this.#prefixes : this.#exact;
      const matcher = map.get(key) ?? new Matcher<Compiled>();
      map.set(key, matcher);
      matcher.add({ rule, shape, except }, rule.match);
      if (isPrefix && !this.#prefixLengths.includes(key.length))
        this.#prefixLengths = [...this.#prefixLengths, key.length].toSorted((a, b) => b - a);
    }
  }

  /** The rule for a parameter of this URL: an exact name before the longest prefix. */
  find(url: UrlParts, name: string, value: string): ParamRule | undefined {
    const exact = this.#exact.mayHave(hashOf(name))
      ? this.#accepted(this.#exact.get(name), url, value)
      : undefined;
    if (exact !== undefined) return exact;
    for (const length of this.#prefixLengths) {
      if (length > name.length || !this.#prefixes.mayHave(hashOf(name, 0, length))) continue;
      const rule = this.#accepted(this.#prefixes.get(name.slice(0, length)), url, value);
      if (rule !== undefined) return rule;
    }
    return undefined;
  }

  #accepted(matcher: Matcher<Compiled> | undefined, url: UrlParts, value: string): ParamRule | undefined {
    if (matcher === undefined) return undefined;
    // A URL with a thousand parameters of one name must not be matched a thousand times.
    if (this.#latest.url !== url) this.#latest = { url, matching: new Map() };
    let matching = this.#latest.matching.get(matcher);
    if (matching === undefined) {
      matching = matcher
        .all(url, isAny)
        .filter(({ except }) => except === undefined || except.find(url.host).length === 0);
      this.#latest.matching.set(matcher, matching);
    }
    return matching.find(({ shape }) => shape?.(value) !== false)?.rule;
  }
}
