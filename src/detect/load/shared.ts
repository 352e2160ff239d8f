import { parseUrl } from '../../url/index.ts';
import type { DetectInput } from '../input.ts';
import type { EvidenceName } from './evidence.ts';
import { pieces, strengthOf } from './token.ts';
import { urlTokens, type UrlFacts, type UrlToken } from './url-facts.ts';

export type SharedName = Extract<EvidenceName, `shared.${string}`>;

/** Where else in the message an identifier of a load's URL stands. */
export interface SharedMatch {
  readonly name: SharedName;
  readonly token: UrlToken;
}

export type SharedSearch = (facts: UrlFacts) => SharedMatch | undefined;

const maxLinks = 2000;

function addUrlTokens(text: string, into: Set<string>): void {
  const url = parseUrl(text);
  if (url === undefined) return;
  for (const token of urlTokens(url)) into.add(token.text);
}

function addPieces(text: string, into: Set<string>): void {
  for (const run of text.split(/[^0-9A-Za-z=_-]/)) {
    if (strengthOf(run) > 0) into.add(run);
    for (const piece of pieces(run)) if (strengthOf(piece) > 0) into.add(piece);
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

function headerTokens(
  input: DetectInput,
): Record<'unsubscribe' | 'returnPath' | 'messageId', ReadonlySet<string>> {
  const unsubscribe = new Set<string>();
  const returnPath = new Set<string>();
  const messageId = new Set<string>();
  for (const field of input.fields) {
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

/** Tokens that stand in several different links of one host (an article's own number stands in the links to it alone). */
function linkTokens(input: DetectInput): ReadonlySet<string> {
  const seen = new Set<string>();
  const linksOf = new Map<string, number>();
  const uses = new Map<string, { host: string; count: number }>();
  for (const text of input.texts) {
    for (const place of text.places) {
      if (place.channel !== 'anchor') continue;
      for (const href of place.urls) {
        if (seen.size >= maxLinks || seen.has(href)) continue;
        seen.add(href);
        const url = parseUrl(href);
        if (url === undefined) continue;
        linksOf.set(url.host, (linksOf.get(url.host) ?? 0) + 1);
        for (const token of new Set(urlTokens(url).map((one) => one.text))) {
          const key = `${url.host} ${token}`;
          const use = uses.get(key);
          if (use === undefined) uses.set(key, { host: url.host, count: 1 });
          else use.count += 1;
        }
      }
    }
  }
  const common = new Set<string>();
  for (const [key, use] of uses) {
    const links = linksOf.get(use.host) ?? 0;
    if (use.count >= 2 && use.count * 2 >= links) common.add(key.slice(use.host.length + 1));
  }
  return common;
}

/** Compiled once a message. */
export function sharedSearch(input: DetectInput): SharedSearch {
  const header = headerTokens(input);
  const links = linkTokens(input);
  const sources: readonly (readonly [SharedName, ReadonlySet<string>])[] = [
    ['shared.unsubscribe', header.unsubscribe],
    ['shared.return-path', header.returnPath],
    ['shared.message-id', header.messageId],
    ['shared.links', links],
  ];
  return (facts) => {
    // Where it stands in the load's URL says more than with whom it is shared: a folder comes last.
    let found: SharedMatch | undefined;
    for (const [name, tokens] of sources) {
      for (const token of facts.tokens) {
        if (!tokens.has(token.text)) continue;
        if (token.where !== 'folder') return { name, token };
        found ??= { name, token };
      }
    }
    return found;
  };
}
