export { isPublicHost, registrableDomain } from './host.ts';
export { fragmentParams, parseUrl } from './parse-url.ts';
export { plainHostEnd } from './plain-host.ts';
export { isDecodable, percentDecode } from './percent.ts';
export type { UrlParam, UrlParts } from './url-parts.ts';
