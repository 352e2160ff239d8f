import { isDecodable, percentDecode, type UrlParts } from '../../../url/index.ts';
import { counterEvidence, isOpaqueToken } from '../counter.ts';
import type { WordLimits } from './glance.ts';
import { wordGuard } from './match-words.ts';

/** A segment of more words is the title of an article ("how-to-pay-less-tax"). */
const limits: WordLimits = { stems: 6, words: 4 };
/** Longer segments are identifiers; words do not stand in them. */
const maxSegment = 120;
const maxValue = 40;

/** Parameters of OAuth 2, OpenID, SAML, WS-Federation, CAS and one-time links: whoever has them signs the reader in. */
const signInParams: ReadonlySet<string> = new Set([
  'client_id', 'response_type', 'response_mode', 'code_challenge', 'samlrequest', 'samlresponse', 'samlart', 'sigalg', 'relaystate',
  'entityid', 'providerid', 'wtrealm', 'wreply', 'wctx', 'redirect_uri', 'post_logout_redirect_uri', 'id_token_hint', 'login_hint',
  'openid.mode', 'openid.return_to', 'oauth_token', 'oobcode', 'otp', 'magic', 'magic_token', 'login_token', 'logintoken', 'auth_token',
  'authtoken', 'access_token', 'id_token', 'reset_token', 'confirmation_token', 'invitation_token', 'activation_key',
]); // prettier-ignore

/** First host labels that are no words of the lists. */
const signInHosts: ReadonlySet<string> = new Set(['accounts', 'account', 'myaccount', 'id']);

function isWordy(text: string): boolean {
  return text.length > 2 && text.length <= maxSegment;
}

/** Names and values such as `action=unsubscribe`; what holds a URL is judged when it is unwrapped. */
function paramGuard(url: UrlParts): string | undefined {
  for (const { name, rawValue } of url.params) {
    const key = name.toLowerCase();
    if (key.startsWith('utm_')) continue;
    if (signInParams.has(key)) return 'sign-in';
    // CAS; as a name of anything else it holds no URL.
    if (key === 'service' && /^https?[:%]/i.test(rawValue)) return 'sign-in';
    const named = isWordy(name) ? wordGuard(name, { stems: 0, words: 0 }) : undefined;
    if (named !== undefined) return named;
    if (rawValue.length > maxValue || rawValue.includes('/') || /%2f/i.test(rawValue)) continue;
    const value = percentDecode(rawValue);
    const guard = value === undefined || !isWordy(value) ? undefined : wordGuard(value, limits);
    if (guard !== undefined) return guard;
  }
  return undefined;
}

/** Whole segments under which a site keeps what is the reader's own. */
const accountSegments: ReadonlySet<string> = new Set([
  'account', 'accounts', 'myaccount', 'my-account', 'your-account', 'mijn', 'mijn-account', 'konto', 'mein-konto', 'compte', 'mon-compte',
  'cuenta', 'mi-cuenta', 'security', 'claim', 'redeem', 'vote', 'survey', 'enquete', 'umfrage',
]); // prettier-ignore

/**
 * Whether parameters may be cut from a link that stands in the mail itself: not under the reader's account, and not from what looks like a
 * counter that no rule names (its parameters may be the link).
 */
export function pageGuard(url: UrlParts): string | undefined {
  if (url.segments.some((segment) => accountSegments.has(segment.toLowerCase()))) return 'account';
  const counter = counterEvidence(
    url,
    url.segments,
    url.params.filter(({ name }) => !name.startsWith('utm_')),
  );
  if (counter.word && counter.token) return 'counter';
  // A long token without a value (`/d?o0c3toli…`) is all that some counters have.
  return url.params.some(({ name, rawValue }) => rawValue === '' && name.length >= 16 && isOpaqueToken(name))
    ? 'counter'
    : undefined;
}

/** Whether a path segment is a URL, as it stands or percent-encoded. Most are told by their first character. */
export function isUrl(segment: string): boolean {
  if (segment === '' || !'hH%'.includes(segment.charAt(0))) return false;
  if (/^https?%3a/i.test(segment)) return isDecodable(segment);
  const percent = segment.indexOf('%');
  const isWritten = percent < 0 || percent >= 'https:'.length;
  return /^https?:/i.test(isWritten ? segment : (percentDecode(segment) ?? segment));
}

/**
 * Why a URL must stay as it is, from its own host, path and parameters: what it does for the reader (`unsubscribe`, `sign-in`,
 * `payment` …). undefined for ordinary pages.
 */
export function urlGuard(url: UrlParts): string | undefined {
  const label = url.host.slice(0, url.host.indexOf('.'));
  if (signInHosts.has(label)) return 'sign-in';
  // The registered name itself ("verify.com") says nothing of the page.
  const host =
    url.host.indexOf('.') < url.host.lastIndexOf('.') && isWordy(label)
      ? wordGuard(label, limits)
      : undefined;
  if (host !== undefined) return host;
  for (const segment of url.segments) {
    if (!isWordy(segment)) continue;
    // It is judged on its own, when it is unwrapped.
    if (isUrl(segment)) break;
    const guard = wordGuard(percentDecode(segment) ?? segment, limits);
    if (guard !== undefined) return guard;
  }
  return paramGuard(url);
}
