import type { Place } from '../../html/place.ts';
import type { UrlParts } from '../../url/index.ts';
import type { LinkFinding, ParamFinding, RedirectClass, Where } from '../finding.ts';
import type { DetectInput } from '../input.ts';
import { judgeUrl, type UrlVerdict } from './judge-url.ts';
import { messageGuards } from './message-guards.ts';

export interface LinkOptions {
  /**
   * Whether the policy takes redirects of this class off (`url` is the redirect). Nested ones are followed only as far as it does, and
   * parameters are looked for only where the link comes to an end. @default named and generic ones
   */
  readonly acts?: (redirect: RedirectClass, url: UrlParts) => boolean;
}

const byDefault = (redirect: RedirectClass): boolean => redirect === 'named' || redirect === 'generic';

function isLink(place: Place): boolean {
  return place.channel === 'anchor' || place.channel === 'form' || place.channel === 'text';
}

/** The URL that a client makes of it, as written where it is absolute; one reading only, or nobody knows which. */
function urlOf(place: Place): string | undefined {
  if (/^\s*https?:/i.test(place.value) && !/[\t\n\r]/.test(place.value)) return place.value;
  return place.urls.length === 1 ? place.urls[0] : undefined;
}

/** A relative link with a base, or one with line breaks inside: a redirect can be written anew, cuts cannot. */
function isResolved(place: Place, url: string): boolean {
  return place.value.trim() !== url.trim();
}

/** Links of a message that are judged; nobody's mail has as many. A sender who could have more judged would buy time, and with it the whole message. */
const maxLinks = 30_000;
const unjudged: UrlVerdict = {};

/** The URLs of the first of so many links; undefined where a message has fewer. By place, as a second pass sees as many of them. */
function firstUrls({ texts }: DetectInput): ReadonlySet<string> | undefined {
  if (texts.reduce((sum, { places }) => sum + places.length, 0) <= maxLinks) return undefined;
  const urls = new Set<string>();
  let links = 0;
  for (const { places } of texts) {
    for (const place of places) {
      if (!isLink(place)) continue;
      links += 1;
      if (links > maxLinks) return urls;
      urls.add(place.value);
      urls.add(urlOf(place) ?? '');
    }
  }
  return undefined;
}

/**
 * Judges every link of a message (places of the channels anchor, form and text): a `LinkFinding` for each redirect (without `destination`
 * where it is opaque), a `ParamFinding` for tracking parameters of the link or of what a redirect leads to; `guard` where it must stay all
 * the same. Ordinary links yield nothing. The verdict hangs on the URL and on the whole message, never on the part, so that HTML and
 * plain alternative say the same. Links behind the first 30,000 places of links stay as they are. Never throws; linear in the links' length.
 */
export function judgeLinks(
  input: DetectInput,
  { acts = byDefault }: LinkOptions = {},
): readonly (LinkFinding | ParamFinding)[] {
  const verdicts = new Map<string, UrlVerdict>();
  const first = firstUrls(input);
  const unguarded = (url: string): UrlVerdict => {
    const known = verdicts.get(url);
    if (known !== undefined) return known;
    if (first?.has(url) === false) return unjudged;
    const verdict = judgeUrl(url, input.rules, acts, () => undefined);
    verdicts.set(url, verdict);
    return verdict;
  };
  const guards = messageGuards(input, (url) => {
    const { link, param } = unguarded(url);
    return link?.destination !== undefined || param !== undefined;
  });
  const guarded = new Map<string, UrlVerdict>();
  const verdictOn = (url: string): UrlVerdict => {
    const plain = unguarded(url);
    if (plain.link === undefined && plain.param === undefined) return plain;
    const destination = plain.link?.destination;
    const guard = guards.get(url) ?? (destination === undefined ? undefined : guards.get(destination));
    if (guard === undefined) return plain;
    const cached = guarded.get(url) ?? judgeUrl(url, input.rules, acts, (text) => guards.get(text));
    guarded.set(url, cached);
    return cached;
  };
  const findings: (LinkFinding | ParamFinding)[] = [];
  for (const { part, reading, kind, places } of input.texts) {
    if (kind === 'css') continue;
    for (const place of places) {
      const url = isLink(place) ? urlOf(place) : undefined;
      if (url === undefined) continue;
      const where: Where = { kind: 'place', part, reading, place };
      const { link, param } = verdictOn(url);
      if (link !== undefined) findings.push({ ...link, where });
      if (param !== undefined && (link !== undefined || !isResolved(place, url)))
        findings.push({ ...param, where });
    }
  }
  return findings;
}
