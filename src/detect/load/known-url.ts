import type { PixelRule } from '../../rules/format.ts';
import { parseUrl, type UrlParts } from '../../url/index.ts';
import type { DetectInput } from '../input.ts';
import { evidence, type Weighed } from './evidence.ts';
import { behindProxies } from './proxy.ts';
import { recipientSearch, type RecipientMatch, type RecipientSearch } from './recipient.ts';
import { SharedSearch, type SharedMatch } from './shared.ts';
import { UrlFacts, type UrlToken } from './url-facts.ts';

/** What a URL says, whatever place it stands at; what costs is worked out when somebody asks. */
export class KnownUrl {
  readonly facts: UrlFacts;
  readonly rule: PixelRule | undefined;
  readonly #recipientSearch: RecipientSearch;
  #recipient: RecipientMatch | false | undefined;
  readonly #search: SharedSearch;
  #shared: SharedMatch | false | undefined;
  readonly #isFile: boolean;
  #evidence: readonly Weighed[] | undefined;

  constructor(
    facts: UrlFacts,
    rule: PixelRule | undefined,
    recipientSearch: RecipientSearch,
    search: SharedSearch,
    isFile: boolean,
  ) {
    this.facts = facts;
    this.rule = rule;
    this.#recipientSearch = recipientSearch;
    this.#search = search;
    this.#isFile = isFile;
  }

  get #match(): RecipientMatch | undefined {
    this.#recipient ??= this.#recipientSearch(this.facts.url) ?? false;
    return this.#recipient === false ? undefined : this.#recipient;
  }

  /** It carries the reader's address or a digest of it. */
  get recipient(): boolean {
    return this.#match !== undefined;
  }

  /** An address of somebody who is not known to be a reader: a forwarded message names another in its envelope and To. */
  get address(): string | undefined {
    return this.recipient || this.facts.imageName ? undefined : this.facts.address;
  }

  get shared(): SharedMatch | undefined {
    this.#shared ??= this.#search.of(this.facts.tokens) ?? false;
    return this.#shared === false ? undefined : this.#shared;
  }

  /** An identifier, however short, that half of the links to its host carry. */
  get inHalfOfLinks(): string | undefined {
    return this.#search.inHalf(this.facts.url);
  }

  /** Its identifiers, and what they are joined of, that all links to its host carry, if these are many. */
  get inAllLinks(): readonly UrlToken[] {
    return this.facts.tokens.length === 0 ? [] : this.#search.inAll(this.facts.url);
  }

  /** The name of an image, stylesheet or font, whose identifiers are in its folder alone: that is where a sender keeps such files. */
  get isStored(): boolean {
    const { imageName, styleName, tokens } = this.facts;
    return (imageName || styleName) && tokens.every(({ where }) => where === 'folder');
  }

  /** The name of a file, and nothing else that anybody could be told apart by. */
  get isBare(): boolean {
    const { facts } = this;
    if (this.rule !== undefined || this.#isFile || facts.query) return false;
    if (facts.tokens.length > 0 || !(facts.imageName || facts.styleName)) return false;
    if (facts.word !== undefined || facts.signed || facts.reports !== undefined) return false;
    return !this.recipient;
  }

  get evidence(): readonly Weighed[] {
    this.#evidence ??= this.#weigh();
    return this.#evidence;
  }

  #weigh(): readonly Weighed[] {
    const { facts, rule, shared } = this;
    const match = this.#match;
    const all: Weighed[] = [];
    if (rule !== undefined) all.push(evidence(rule.probable === true ? 'rule.probable' : 'rule', rule.id));
    // No mail needs a file of a share: asking for it hands the reader's credentials to that host.
    if (this.#isFile) all.push(evidence('file-share'));
    if (match !== undefined) all.push(evidence(match.name, match.form));
    if (shared !== undefined) all.push(evidence(shared.name, shared.token.text.slice(0, 80)));
    if (this.address !== undefined) all.push(evidence('address', this.address.slice(0, 80)));
    if (facts.signed) all.push(evidence('signed'));
    if (!facts.imageName && !facts.styleName) all.push(evidence('path.script'));
    if (facts.word !== undefined) all.push(evidence('word.url', facts.word));
    return all;
  }
}

/** Schemes but http(s) that name a host (`file:` on a share, `ftp:`) are read as http, so that a rule on the host meets them. */
function readUrl(href: string): UrlParts | undefined {
  const http = parseUrl(href);
  if (http !== undefined) return http;
  const scheme = /^(?:file|ftp|wss?):\/\/(?=[^/?#])/i.exec(href);
  return scheme === null ? undefined : parseUrl(`http://${href.slice(scheme[0].length)}`);
}

/** The URLs of one message, each looked into once. */
export class KnownUrls {
  readonly #input: DetectInput;
  readonly #recipient: RecipientSearch;
  readonly #shared: SharedSearch;
  readonly #memo = new Map<string, KnownUrl | undefined>();

  constructor(input: DetectInput) {
    this.#input = input;
    this.#recipient = recipientSearch(input);
    this.#shared = new SharedSearch(input);
  }

  /** undefined for what names no host. */
  of(href: string): KnownUrl | undefined {
    const known = this.#memo.get(href);
    if (known !== undefined || this.#memo.has(href)) return known;
    const found = this.#lookInto(href);
    this.#memo.set(href, found);
    return found;
  }

  #lookInto(href: string): KnownUrl | undefined {
    const outer = readUrl(href);
    if (outer === undefined) return undefined;
    const inner = behindProxies(outer);
    const facts = new UrlFacts(inner);
    const { rules } = this.#input;
    const rule = rules.pixel(inner) ?? (inner === outer ? undefined : rules.pixel(outer));
    const isFile = /^file:/i.test(href);
    return new KnownUrl(facts, rule, this.#recipient, this.#shared, isFile);
  }
}
