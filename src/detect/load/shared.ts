import { parseUrl, percentDecode, type UrlParts } from '../../url/index.ts';
import type { DetectInput } from '../input.ts';
import type { EvidenceName } from './evidence.ts';
import { pieces, shortestToken, strengthOf } from './token.ts';
import { urlTokens, type UrlToken } from './url-facts.ts';

export type SharedName = Extract<EvidenceName, `shared.${string}`>;

/** Where else in the message an identifier of a load's URL stands. */
export interface SharedMatch {
  readonly name: SharedName;
  readonly token: UrlToken;
}

export type SharedSearch = (tokens: readonly UrlToken[]) => SharedMatch | undefined;

const maxLinks = 2000;
/** Distinct tokens that are looked for one by one. */
const maxSearches = 32;
/** Longer ones are not: a search for one that nearly stands in many places takes its length times theirs. */
const longestSearched = 1000;

function addUrlTokens(text: string, into: Set<string>): void {
  const url = parseUrl(text);
  if (url === undefined) return;
  for (const token of urlTokens(url)) into.add(token.text);
}

function addPieces(text: string, into: Set<string>): void {
  for (const run of text.split(/[^0-9A-Za-z=_-]/)) {
    if (strengthOf(run) > 0) into.add(run);
    for (const piece of pieces(run, shortestToken)) if (strengthOf(piece) > 0) into.add(piece);
  }
}

function bracketed(value: string): readonly string[] {
  const found: string[] = [];
  let at = value.indexOf('<');
  while (at >= 0 && found.length < 8) {
    const end = value.indexOf('>', at);
    if (end < 0) break;
    found.push(value.slice(at + 1, end).trim());
    at = value.indexOf('<', end);
  }
  return found;
}

const named: ReadonlySet<string> = new Set(['list-unsubscribe', 'return-path', 'message-id']);

function headerTokens(
  input: DetectInput,
): Record<'unsubscribe' | 'returnPath' | 'messageId', ReadonlySet<string>> {
  const unsubscribe = new Set<string>();
  const returnPath = new Set<string>();
  const messageId = new Set<string>();
  for (const field of input.fields) {
    if (!named.has(field.name)) continue;
    const value = field.value.slice(0, 8192);
    if (field.name === 'list-unsubscribe') {
      for (const one of bracketed(value)) {
        addUrlTokens(one, unsubscribe);
        if (one.toLowerCase().startsWith('mailto:')) addPieces(one.slice(7), unsubscribe);
      }
    } else if (field.name === 'return-path') addPieces(value, returnPath);
    else if (field.name === 'message-id') addPieces(value, messageId);
  }
  addPieces(input.sender.slice(0, 1024), returnPath);
  return { unsubscribe, returnPath, messageId };
}

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

/** Tokens that stand in several different links of one host (an article's own number stands in the links to it alone). */
class LinkTokens {
  readonly #input: DetectInput;
  readonly #answers = new Map<string, boolean>();
  #links: readonly Link[] | undefined;
  #haystack: string | undefined;
  #perHost: ReadonlyMap<string, number> | undefined;
  #all: ReadonlyMap<string, readonly Link[]> | undefined;

  constructor(input: DetectInput) {
    this.#input = input;
  }

  has(token: string): boolean {
    let answer = this.#answers.get(token);
    if (answer === undefined) {
      answer = this.#isCommon(token);
      this.#answers.set(token, answer);
    }
    return answer;
  }

  #isCommon(token: string): boolean {
    this.#links ??= distinctLinks(this.#input);
    const uses = this.#linksWith(token, this.#links);
    if (uses.length < 2) return false;
    this.#perHost ??= countByHost(this.#links);
    for (const [host, count] of countByHost(uses)) {
      if (count >= 2 && count * 2 >= (this.#perHost.get(host) ?? 0)) return true;
    }
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

/** Compiled once a message, when the first load asks that has an identifier. */
export function sharedSearch(input: DetectInput): SharedSearch {
  let sources: readonly (readonly [SharedName, { has(token: string): boolean }])[] | undefined;
  return (tokens) => {
    if (tokens.length === 0) return undefined;
    if (sources === undefined) {
      const header = headerTokens(input);
      sources = [
        ['shared.unsubscribe', header.unsubscribe],
        ['shared.return-path', header.returnPath],
        ['shared.message-id', header.messageId],
        ['shared.links', new LinkTokens(input)],
      ];
    }
    // Where it stands in the load's URL says more than with whom it is shared: a folder comes last.
    let found: SharedMatch | undefined;
    for (const [name, known] of sources) {
      for (const token of tokens) {
        if (!known.has(token.text)) continue;
        if (token.where !== 'folder') return { name, token };
        found ??= { name, token };
      }
    }
    return found;
  };
}
