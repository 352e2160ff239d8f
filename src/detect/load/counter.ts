import { isPublicHost, parseUrl, percentDecode, type UrlParts } from '../../url/index.ts';

const imageSuffix = /\.(?:png|gif|jpe?g|webp|svg)$/i;

function usable(text: string | undefined): string | undefined {
  if (
    text === undefined ||
    text.length > 4096 ||
    !/^https:\/\//i.test(text) ||
    !/^[!#-;=?-Z_a-z~]+$/.test(text)
  )
    return undefined;
  const url = parseUrl(text);
  if (url === undefined || url.hasUserinfo || url.port !== '' || !isPublicHost(url.host)) return undefined;
  return imageSuffix.test(url.path) ? url.text : undefined;
}

/**
 * The real image in the URL of a counter: a whole path segment or parameter that is an encoded https URL with an image's suffix, on a public
 * host. Whether the outer URL is a counter, and no resizing service, is for the caller to know.
 */
export function imageInside(url: UrlParts): string | undefined {
  for (const segment of url.segments) {
    if (!/^https(?:%3a|:$)/i.test(segment)) continue;
    const found = usable(percentDecode(segment));
    if (found !== undefined) return found;
  }
  for (const param of url.params) {
    const found = usable(percentDecode(param.rawValue));
    if (found !== undefined) return found;
  }
  return undefined;
}
