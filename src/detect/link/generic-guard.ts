import { percentDecode, type UrlParts } from '../../url/index.ts';
import { isDocumentHost } from './service-hosts.ts';
import { isUrl, serviceLabels, serviceWords, splitCamel, wordsOf } from './guard/index.ts';

/** Parts of a parameter name that say where to go afterwards, where one came from, or what to show: never a redirect's destination. */
const unfitParts: readonly string[] = [
  'return', 'callback', 'cancel', 'success', 'error', 'fail', 'notify', 'next', 'back', 'referr', 'referer', 'origin', 'source', 'image',
  'img', 'media', 'logo', 'icon', 'thumb', 'feed', 'continue', 'service', 'relay', 'login', 'logout', 'issuer', 'realm', 'wreply', 'scope',
  'redirect_uri', 'redirecturi', 'title', 'body', 'desc', 'canonical', 'embed', 'file', 'doc', 'share', 'text', 'schema', 'avatar', 'photo',
  'bookmark',
]; // prettier-ignore
const unfitNames: ReadonlySet<string> = new Set([
  'ref', 'src', 'state', 'from', 'via', 'query', 'search', 'chl', 'cb', 'acs', 'entityid', 'providerid', 'idp', 'wctx',
  'base', 'host', 'domain', 'site', 'page_url', 'pageurl', 'linkurl', 'qurl', 'input', 'doc', 'resource', 'api', 'config', 'css', 'repo', 'repository',
]); // prettier-ignore

/** Parameters of deep links, sharing, calendars and sign-in, and secrets: their URL does more than redirect. */
const telltales: ReadonlySet<string> = new Set([
  'apn', 'ibi', 'isi', 'efr', 'ofl', 'af_dp', 'af_web_dp', 'deep_link_value', 'deep_link', '$deeplink_path', '$desktop_url', 'android_url',
  'ios_url', 'ios_link', 'fallback_url', 'hashtags', 'via', 'quote', 'description', 'summary', 'subject', 'dates', 'rrule',
  'startdt', 'enddt', 'token', 'code', 'ticket', 'oobcode', 'otp', 'state', 'nonce', 'password', 'pwd', 'session', 'sessionid', 'sl', 'tl',
  'langpair', 'width', 'height', 'quality', 'format', 'fit', 'crop', 'currency', 'amount', 'price', 'business', 'samlrequest',
]); // prettier-ignore

/** Whether a parameter of this name is not where a redirect keeps its destination. */
export function isUnfitName(name: string): boolean {
  const key = name.toLowerCase();
  return unfitNames.has(key) || unfitParts.some((part) => key.includes(part));
}

function hasServiceLabel(host: string): boolean {
  const end = host.lastIndexOf('.', host.lastIndexOf('.') - 1);
  if (end < 0) return false;
  const labels = host.slice(0, end).split('.');
  return labels.some((label) => label.split('-').some((part) => serviceLabels.has(part)));
}

function hasServiceWord(url: UrlParts): boolean {
  for (const segment of url.segments) {
    if (isUrl(segment)) break;
    const text = percentDecode(segment) ?? segment;
    if (text.length <= 60 && wordsOf(splitCamel(text).toLowerCase()).some((word) => serviceWords.has(word)))
      return true;
  }
  return false;
}

/** Whether the URL belongs to a service that handles other URLs without being a redirect. */
export function isService(url: UrlParts): boolean {
  return (
    isDocumentHost(url.host) ||
    hasServiceLabel(url.host) ||
    url.params.some(({ name }) => telltales.has(name.toLowerCase())) ||
    hasServiceWord(url)
  );
}
