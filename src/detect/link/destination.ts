import { isPublicHost, parseUrl, type UrlParts } from '../../url/index.ts';

export type Destination =
  | { readonly kind: 'good'; readonly url: UrlParts }
  /** It is a URL, yet none that may be written; `guard` says why. */
  | { readonly kind: 'refused'; readonly guard: string }
  /** Relative, another scheme, or no URL at all: there is nothing that a client could be sent to. */
  | { readonly kind: 'unreadable' };

const unreadable: Destination = { kind: 'unreadable' };

/** Merge placeholders that a sender's template failed to fill, in the notations of the large senders. */
const placeholderPairs: readonly (readonly [string, string])[] = [
  ['{{', '}}'],
  ['%%', '%%'],
  ['*|', '|*'],
  ['[[', ']]'],
  ['<%', '%>'],
  ['${', '}'],
  ['##', '##'],
  ['{%', '%}'],
  ['%7b%7b', '%7d%7d'],
  ['*%7c', '%7c*'],
  ['%5b%5b', '%5d%5d'],
  ['%25%25', '%25%25'],
];

/** Whether a merge field stands in the URL: its redirect is filled in by the operator on the way. */
export function hasPlaceholder(text: string): boolean {
  if (!/[{*[<$]|##|%%|%(?:7b|5b|25)/i.test(text)) return false;
  const lower = text.toLowerCase();
  return (
    placeholderPairs.some(([open, close]) => {
      const start = lower.indexOf(open);
      return start >= 0 && lower.indexOf(close, start + open.length) > start + open.length;
    }) || /\[[A-Z][A-Z0-9_]{2,}\]/.test(text)
  );
}

/**
 * Space, controls and non-ASCII; quotes and angle brackets (they end a URL in one context or the other); the backslash, which browsers turn
 * into a slash and others do not. By expressions, which take a fraction of a walk.
 */
function hasForbiddenCharacter(text: string): boolean {
  return /[^!-~]/.test(text) || /[<>"`\\]/.test(text);
}

/**
 * Whether a decoded text may be written instead of a redirect: an absolute http(s) URL in ASCII, with a public host name (no IP literal,
 * single label or private suffix), without userinfo and merge placeholders. Characters are neither added nor changed.
 */
export function checkDestination(text: string): Destination {
  if (!/^https?:\/\/[^/\\]/i.test(text)) return unreadable;
  if (hasPlaceholder(text)) return { kind: 'refused', guard: 'placeholder' };
  if (hasForbiddenCharacter(text)) return { kind: 'refused', guard: 'destination.characters' };
  const url = parseUrl(text);
  if (url === undefined) return unreadable;
  if (url.hasUserinfo) return { kind: 'refused', guard: 'destination.userinfo' };
  if (!isPublicHost(url.host)) return { kind: 'refused', guard: 'destination.host' };
  return { kind: 'good', url };
}
