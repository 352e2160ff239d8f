import { percentDecode, registrableDomain, type UrlParam, type UrlParts } from '../../url/index.ts';
import { counterEvidence } from './counter.ts';
import {
  fromBase32,
  fromBase64,
  fromHex,
  goesOnBehindSlash,
  inflate,
  sparkpostField,
} from './decode/binary.ts';
import { maxDecodedCharacters } from './decode/decode-redirect.ts';
import { hasFormBlank } from './decode/form-value.ts';
import { checkDestination } from './destination.ts';
import { isService, isUnfitName } from './generic-guard.ts';
import { withFragment } from './fragment.ts';
import { soleUrl } from './sole-url.ts';
import type { Evidence } from '../finding.ts';

/** A redirect that no rule names, with the destination it carries. */
export interface GenericRedirect {
  readonly destination: UrlParts;
  readonly evidence: readonly Evidence[];
}

interface Decoded {
  readonly text: string;
  readonly how: string;
  /** The URL stands among other fields: whose they are, if not the counter's? */
  readonly isOneOfMany?: boolean;
}

interface Candidate extends Decoded {
  /** What remains of the redirect beside the destination. */
  readonly segments: readonly string[];
  readonly params: readonly UrlParam[];
  /** It takes all to the end of the redirect, fragment included. */
  readonly isTail?: boolean;
}

/** Beginnings of a URL in an encoding. */
const beginnings = /aHR0c|SFRUU|SHR0c|eyJ|[=/.]e[JN]|68747470|NB2HI4|PMR|RgR/;

/** Without a URL behind the host, or the beginning of an encoded one, there is nothing to look for. */
function mayCarryUrl(text: string): boolean {
  return (
    text.includes('http', 8) || text.includes('HTTP', 8) || text.includes('Http', 8) || beginnings.test(text)
  );
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(octets: Buffer | undefined): string | undefined {
  try {
    return octets === undefined ? undefined : utf8.decode(octets);
  } catch {
    return undefined;
  }
}

function decoded(how: string, text: string | undefined): Decoded | undefined {
  return text === undefined ? undefined : { text, how };
}

function payload(how: string, text: string | undefined): Decoded | undefined {
  const found = soleUrl(text ?? '');
  return found === undefined ? undefined : { text: found.url, how, isOneOfMany: found.isOneOfMany };
}

/** By its first character, so that most cost nothing. */
function mayBeUrl(raw: string): boolean {
  return raw !== '' && 'hHaSe6NPR%'.includes(raw.charAt(0));
}

/** What a token is when it is a URL in one of the encodings in use; told by its first characters. */
function decodeToken(raw: string): Decoded | undefined {
  if (!mayBeUrl(raw)) return undefined;
  if (/^https?(?::\/|%(?:25)?3a)/i.test(raw)) {
    const once = percentDecode(raw);
    const twice = once !== undefined && /^https?%3a/i.test(once) ? percentDecode(once) : once;
    return decoded('percent', twice);
  }
  if (raw.length < 16) return undefined;
  const token = raw.includes('%') ? (percentDecode(raw) ?? raw) : raw;
  // `http`, `HTTP`, `Http`.
  if (/^(?:aHR0c|SFRUU|SHR0c)/.test(token)) return decoded('base64', unwrapped(textOf(fromBase64(token))));
  if (token.startsWith('eyJ')) return payload('json', jsonOf(token));
  if (token.startsWith('eJ') || token.startsWith('eN')) return payload('inflate', textOf(inflateOf(token)));
  if (token.startsWith('68747470')) return decoded('hex', textOf(fromHex(token)));
  if (token.startsWith('NB2HI4')) return decoded('base32', textOf(fromBase32(token)));
  if (token.startsWith('PMR')) {
    return payload('base32', textOf(fromBase32(token)));
  }
  return token.startsWith('RgR') ? sparkpostUrl(token) : undefined;
}

/** SparkPost's payload runs under the senders' own host names, with the recipient's address beside the URL. */
function sparkpostUrl(token: string): Decoded | undefined {
  const octets = fromBase64(token);
  const text = octets === undefined ? undefined : textOf(sparkpostField(octets, 4));
  return text === undefined ? undefined : { text, how: 'sparkpost', isOneOfMany: true };
}

function inflateOf(token: string): Buffer | undefined {
  const octets = fromBase64(token);
  return octets === undefined ? undefined : inflate(octets);
}

/** Some senders percent-encode before they encode the whole. */
function unwrapped(text: string | undefined): string | undefined {
  return text !== undefined && /^https?%3a/i.test(text) ? percentDecode(text) : text;
}

/** Base64 of JSON, or the payload of a JWT; what stands behind the first dot of anything else is its signature. */
function jsonOf(token: string): string | undefined {
  const parts = token.split('.');
  return textOf(fromBase64((parts.length === 3 ? parts[1] : parts[0]) ?? ''));
}

function paramCandidates(url: UrlParts): readonly Candidate[] {
  const candidates: Candidate[] = [];
  for (const param of url.params) {
    if (!mayBeUrl(param.rawValue) || isUnfitName(param.name)) continue;
    const found = decodeToken(param.rawValue);
    if (found === undefined) continue;
    // `?u=https://host/?a=1&b=2`: nobody can say whose parameter `b` is.
    const isLast = param.span.end === url.pathStart + url.path.length + 1 + (url.query?.length ?? 0);
    if (/^https?:\/\//i.test(param.rawValue) && param.rawValue.includes('?') && !isLast) continue;
    // `?u=https%3A…;x=1`: most servers take `;x=1` for a part of the value.
    const goesOn = /^https?%3a/i.test(param.rawValue) && url.text.charAt(param.span.end) === ';';
    if (goesOn || hasFormBlank(param.rawValue, found.text)) continue;
    const params = url.params.filter((each) => each !== param);
    candidates.push({ ...found, segments: url.segments, params });
  }
  return candidates;
}

function pathCandidates(url: UrlParts): readonly Candidate[] {
  for (let index = 0; index < url.segments.length; index += 1) {
    const segment = url.segments[index] ?? '';
    // Old counters set the tail off by an asterisk.
    const mark = segment.startsWith('*') ? 1 : 0;
    if (segment.length <= 7 && /^https?:$/i.test(segment.slice(mark))) {
      const segments = url.segments.slice(0, index);
      const at = url.pathStart + 1 + mark + segments.reduce((sum, each) => sum + each.length + 1, 0);
      const tail = url.text.slice(at);
      const text = url.segments[index + 1] === '' ? tail : tail.replace(/^(https?:\/)/i, '$1/');
      return [{ text, segments, params: [], how: 'tail', isTail: true }];
    }
    const found = decodeToken(segment);
    if (found === undefined) continue;
    if (found.how === 'base64' && goesOnBehindSlash(segment, url.segments[index + 1])) return [];
    return [{ ...found, segments: url.segments.toSpliced(index, 1), params: url.params }];
  }
  return [];
}

/** Cordial: `/click?E…/C…/V<base64>/S…`, the parts told by their first letter. */
function pieceCandidates(url: UrlParts): readonly Candidate[] {
  if (url.query?.includes('/VaHR0c') !== true) return [];
  const pieces = url.query.split('/');
  const piece = pieces.find((each) => each.startsWith('VaHR0c'));
  const found = piece === undefined ? undefined : decodeToken(piece.slice(1));
  return found === undefined ? [] : [{ ...found, segments: [...url.segments, ...pieces], params: [] }];
}

function fragmentCandidates(url: UrlParts): readonly Candidate[] {
  const found = url.fragment === undefined ? undefined : decodeToken(url.fragment);
  return found === undefined ? [] : [{ ...found, isTail: true, segments: url.segments, params: url.params }];
}

function judged(url: UrlParts, candidate: Candidate): GenericRedirect | undefined {
  const destination = checkDestination(
    candidate.isTail === true ? candidate.text : withFragment(candidate.text, url),
  );
  if (destination.kind !== 'good') return undefined;
  const from = registrableDomain(url.host);
  const to = registrableDomain(destination.url.host);
  if (from === undefined || to === undefined || from === to) return undefined;
  const counter = counterEvidence(url, candidate.segments, candidate.params);
  const token = counter.token || candidate.isOneOfMany === true;
  if (!token && !counter.wordAlone) return undefined;
  const evidence: Evidence[] = [
    { name: 'link.encoded-destination', weight: 5, detail: candidate.how },
    { name: 'link.other-domain', weight: 2, detail: to },
  ];
  if (token) evidence.push({ name: 'link.opaque-token', weight: 2 });
  if (counter.wordAlone) evidence.push({ name: 'link.redirect-word', weight: 2 });
  return { destination: destination.url, evidence };
}

/**
 * The destination of a redirect in a format that nobody listed: one parameter, path segment, tail or fragment is wholly a URL of another
 * registrable domain, and the rest looks like a counter. Where two values qualify, or the link is a service that shows, keeps or shares a
 * URL, there is none.
 */
export function genericRedirect(url: UrlParts): GenericRedirect | undefined {
  if (url.text.length > maxDecodedCharacters || url.hasUserinfo || !mayCarryUrl(url.text)) return undefined;
  const candidates = [
    ...pathCandidates(url),
    ...paramCandidates(url),
    ...pieceCandidates(url),
    ...fragmentCandidates(url),
  ];
  const only = candidates.length === 1 ? candidates[0] : undefined;
  return only === undefined || isService(url) ? undefined : judged(url, only);
}
