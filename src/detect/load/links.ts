import { parseUrl, percentDecode, type UrlParts } from '../../url/index.ts';
import type { DetectInput } from '../input.ts';
import { isBriefIdentifier } from './token.ts';
import { stripSuffix, urlTokens, withParts, type UrlToken } from './url-facts.ts';

const maxLinks = 2000;
/** So many links to one host are hardly all about one thing, be it an order or an invitation: one of them leads to the sender or out of the list. */
const manyLinks = 6;
/** Distinct tokens that are looked for one by one. */
const maxSearches = 32;
/** Longer ones are not: a search for one that nearly stands in many places takes its length times theirs. */
const longestSearched = 1000;

/** A link, taken apart when a token may stand in it. */
class Link {
  readonly #href: string;
  #url: UrlParts | false | undefined;
  #text: string | undefined;
  #tokens: ReadonlySet<string> | undefined;

  constructor(href: string) {
    this.#href = href;
  }

  get url(): UrlParts | undefined {
    this.#url ??= parseUrl(this.#href) ?? false;
    return this.#url === false ? undefined : this.#url;
  }

  get tokens(): ReadonlySet<string> {
    this.#tokens ??= new Set(this.url === undefined ? [] : urlTokens(this.url).map(({ text }) => text));
    return this.#tokens;
  }

  /** Where a token must stand. */
  get text(): string {
    this.#text ??= this.#decoded();
    return this.#text;
  }

  has(token: string): boolean {
    return this.text.includes(token) && this.tokens.has(token);
  }

  /** As it is written, and beside it as `urlTokens` decodes its segments and values: at once where all of it decodes, else each by itself. */
  #decoded(): string {
    if (!this.#href.includes('%')) return this.#href;
    const whole = percentDecode(this.#href);
    if (whole !== undefined) return `${this.#href}\n${whole}`;
    if (this.url === undefined) return this.#href;
    const parts = [...this.url.segments, ...this.url.params.map(({ rawValue }) => rawValue)];
    return `${this.#href}\n${parts.map((part) => percentDecode(part) ?? part).join('\n')}`;
  }
}

function distinctLinks(input: DetectInput): readonly Link[] {
  const seen = new Set<string>();
  for (const text of input.texts) {
    for (const place of text.places) {
      if (place.channel !== 'anchor') continue;
      for (const href of place.urls) {
        if (seen.size < maxLinks) seen.add(href);
      }
    }
  }
  return Array.from(seen, (href) => new Link(href));
}

/** All that a token may stand in, in one text: most tokens stand in no link, which one search says of all. */
function haystackOf(links: readonly Link[]): string {
  return links.map((link) => link.text).join('\n');
}

/** The links of a message, and the tokens that several of them to one host share (an article's own number stands in the links to it alone). */
export class MessageLinks {
  readonly #input: DetectInput;
  readonly #answers = new Map<string, boolean>();
  #links: readonly Link[] | undefined;
  #haystack: string | undefined;
  #perHost: ReadonlyMap<string, number> | undefined;
  #all: ReadonlyMap<string, readonly Link[]> | undefined;
  #identifiers: ReadonlyMap<string, ReadonlyMap<string, number>> | undefined;

  constructor(input: DetectInput) {
    this.#input = input;
  }

  /** Whether several links to one host carry it, and half of all to that host. */
  has(token: string): boolean {
    let answer = this.#answers.get(token);
    if (answer === undefined) {
      answer = this.#isCommon(token);
      this.#answers.set(token, answer);
    }
    return answer;
  }

  inHalf(url: UrlParts): string | undefined {
    const all = this.#countOf(url.host);
    if (all < 2) return undefined;
    const count = this.#counter(url.host);
    return [...briefIn(url), ...urlTokens(url).map(({ text }) => text)].find((one) =>
      isHalf(count(one), all),
    );
  }

  inAll(url: UrlParts): readonly UrlToken[] {
    const all = this.#countOf(url.host);
    if (all < manyLinks) return [];
    const count = this.#counter(url.host);
    return withParts(urlTokens(url)).filter(({ text }) => count(text) === all);
  }

  get #distinct(): readonly Link[] {
    this.#links ??= distinctLinks(this.#input);
    return this.#links;
  }

  #countOf(host: string): number {
    this.#perHost ??= countByHost(this.#distinct);
    return this.#perHost.get(host) ?? 0;
  }

  /** In how many links to the host an identifier stands, however short, or as part of another. */
  #counter(host: string): (identifier: string) => number {
    this.#identifiers ??= countIdentifiers(this.#distinct);
    const counts = this.#identifiers.get(host);
    return (identifier) => counts?.get(identifier) ?? 0;
  }

  #isCommon(token: string): boolean {
    const uses = this.#linksWith(token, this.#distinct);
    if (uses.length < 2) return false;
    for (const [host, count] of countByHost(uses)) if (isHalf(count, this.#countOf(host))) return true;
    return false;
  }

  /** A few tokens are looked for in the links; for many, or long ones, which may match nearly everywhere, the links are cut into theirs. */
  #linksWith(token: string, links: readonly Link[]): readonly Link[] {
    if (this.#answers.size < maxSearches && token.length <= longestSearched) {
      this.#haystack ??= haystackOf(links);
      return this.#haystack.includes(token) ? links.filter((link) => link.has(token)) : [];
    }
    this.#all ??= byToken(links);
    return this.#all.get(token) ?? [];
  }
}

function isHalf(count: number, of: number): boolean {
  return count >= 2 && count * 2 >= of;
}

/** Segments and values that are short identifiers. */
function briefIn({ segments, params }: UrlParts): readonly string[] {
  const file = stripSuffix(segments.at(-1) ?? '');
  return [...segments.slice(0, -1), file, ...params.map(({ rawValue }) => rawValue)].filter(
    isBriefIdentifier,
  );
}

/** By host, in how many of its links each identifier stands. */
function countIdentifiers(links: readonly Link[]): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const hosts = new Map<string, Map<string, number>>();
  for (const { url } of links) {
    if (url === undefined) continue;
    const counts = hosts.get(url.host) ?? new Map<string, number>();
    hosts.set(url.host, counts);
    const all = new Set([...briefIn(url), ...withParts(urlTokens(url)).map(({ text }) => text)]);
    for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  return hosts;
}

function countByHost(links: readonly Link[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { url } of links) if (url !== undefined) counts.set(url.host, (counts.get(url.host) ?? 0) + 1);
  return counts;
}

function byToken(links: readonly Link[]): ReadonlyMap<string, readonly Link[]> {
  const found = new Map<string, Link[]>();
  for (const link of links) {
    for (const token of link.tokens) {
      const same = found.get(token);
      if (same === undefined) found.set(token, [link]);
      else same.push(link);
    }
  }
  return found;
}
