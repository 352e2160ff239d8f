import type { PixelRule } from '../../rules/format.ts';
import { parseUrl, type UrlParts } from '../../url/index.ts';
import type { DetectInput } from '../input.ts';
import { evidence, type Weighed } from './evidence.ts';
import { behindProxies } from './proxy.ts';
import { recipientSearch, type RecipientSearch } from './recipient.ts';
import { sharedSearch, type SharedMatch, type SharedSearch } from './shared.ts';
import { urlFacts, type UrlFacts } from './url-facts.ts';

/** What a URL says, whatever place it stands at. */
export interface KnownUrl {
  readonly facts: UrlFacts;
  readonly rule: PixelRule | undefined;
  /** It carries the reader's address or a digest of it. */
  readonly recipient: boolean;
  readonly shared: SharedMatch | undefined;
  readonly evidence: readonly Weighed[];
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
    this.#shared = sharedSearch(input);
  }

  /** undefined for what names no host. */
  of(href: string): KnownUrl | undefined {
    if (this.#memo.has(href)) return this.#memo.get(href);
    const known = this.#lookInto(href);
    this.#memo.set(href, known);
    return known;
  }

  #lookInto(href: string): KnownUrl | undefined {
    const outer = readUrl(href);
    if (outer === undefined) return undefined;
    const inner = behindProxies(outer);
    const facts = urlFacts(inner);
    const { rules } = this.#input;
    const rule = rules.pixel(inner) ?? (inner === outer ? undefined : rules.pixel(outer));
    const all: Weighed[] = [];
    if (rule !== undefined) all.push(evidence(rule.probable === true ? 'rule.probable' : 'rule', rule.id));
    // No mail needs a file of a share: asking for it hands the reader's credentials to that host.
    if (/^file:/i.test(href)) all.push(evidence('file-share'));
    const recipient = this.#recipient(inner.text);
    if (recipient !== undefined) all.push(evidence(recipient.name, recipient.form));
    const shared = this.#shared(facts);
    if (shared !== undefined) all.push(evidence(shared.name, shared.token.text.slice(0, 80)));
    if (facts.signed) all.push(evidence('signed'));
    if (!facts.imageName && !facts.styleName) all.push(evidence('path.script'));
    if (facts.word !== undefined) all.push(evidence('word.url', facts.word));
    return { facts, rule, recipient: recipient !== undefined, shared, evidence: all };
  }
}
