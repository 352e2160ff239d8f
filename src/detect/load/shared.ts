import { parseUrl, type UrlParts } from '../../url/index.ts';
import type { DetectInput } from '../input.ts';
import type { EvidenceName } from './evidence.ts';
import { MessageLinks } from './links.ts';
import { pieces, shortestToken, strengthOf } from './token.ts';
import { urlTokens, type UrlToken } from './url-facts.ts';

export type SharedName = Extract<EvidenceName, `shared.${string}`>;

/** Where else in the message an identifier of a load's URL stands. */
export interface SharedMatch {
  readonly name: SharedName;
  readonly token: UrlToken;
}

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

interface TokenSet {
  has(token: string): boolean;
}

/** What a message's URLs share with its header fields and its links, compiled when the first load asks that has an identifier. */
export class SharedSearch {
  readonly #input: DetectInput;
  #links: MessageLinks | undefined;
  #sources: readonly (readonly [SharedName, TokenSet])[] | undefined;

  constructor(input: DetectInput) {
    this.#input = input;
  }

  /** Where it stands in the load's URL says more than with whom it is shared: a folder comes last. */
  of(tokens: readonly UrlToken[]): SharedMatch | undefined {
    if (tokens.length === 0) return undefined;
    this.#sources ??= this.#compile();
    let found: SharedMatch | undefined;
    for (const [name, known] of this.#sources) {
      for (const token of tokens) {
        if (!known.has(token.text)) continue;
        if (token.where !== 'folder') return { name, token };
        found ??= { name, token };
      }
    }
    return found;
  }

  /** An identifier of the URL, however short, that stands in several links to its host, and in half of them at least. */
  inHalf(url: UrlParts): string | undefined {
    return this.#messageLinks.inHalf(url);
  }

  /** The identifiers of the URL, and what they are joined of, that stand in all links to its host, if these are many. */
  inAll(url: UrlParts): readonly UrlToken[] {
    return this.#messageLinks.inAll(url);
  }

  get #messageLinks(): MessageLinks {
    this.#links ??= new MessageLinks(this.#input);
    return this.#links;
  }

  #compile(): readonly (readonly [SharedName, TokenSet])[] {
    const header = headerTokens(this.#input);
    return [
      ['shared.unsubscribe', header.unsubscribe],
      ['shared.return-path', header.returnPath],
      ['shared.message-id', header.messageId],
      ['shared.links', this.#messageLinks],
    ];
  }
}
