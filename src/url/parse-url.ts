import { plainHostEnd } from './plain-host.ts';
import { percentDecode } from './percent.ts';
import type { UrlParam, UrlParts } from './url-parts.ts';

function schemeOf(text: string): 'http' | 'https' | undefined {
  if (text.startsWith('https:')) return 'https';
  if (text.startsWith('http:')) return 'http';
  const written = text.slice(0, 6).toLowerCase();
  return written === 'https:' ? 'https' : written.startsWith('http:') ? 'http' : undefined;
}

/** Leading and trailing C0 controls and spaces, as the WHATWG URL parser strips them (never NBSP or BOM: those make a URL relative). */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start += 1;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end -= 1;
  return text.slice(start, end);
}

function behindSlashes(text: string, from: number): number {
  let at = from;
  while (at < text.length && '/\\'.includes(text.charAt(at))) at += 1;
  return at;
}

function hostOf({ hostname }: URL): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
}

/** The first `/`, `\\`, `?` or `#`. */
function authorityEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x2f || code === 0x5c || code === 0x3f || code === 0x23) return at;
  }
  return text.length;
}

/** Parameters of [start, end). Separators are searched for, each once: most of a query is long values. */
function splitParams(text: string, start: number, end: number): readonly UrlParam[] {
  const params: UrlParam[] = [];
  const next = (character: string, from: number): number => {
    const found = text.indexOf(character, from);
    return found < 0 || found > end ? end : found;
  };
  let ampersand = next('&', start);
  let semicolon = next(';', start);
  let equals = next('=', start);
  for (let at = start; at < end;) {
    if (ampersand < at) ampersand = next('&', at);
    if (semicolon < at) semicolon = next(';', at);
    if (equals < at) equals = next('=', at);
    const stop = Math.min(ampersand, semicolon);
    if (stop > at) params.push(param(text, at, Math.min(equals, stop), stop));
    at = stop + 1;
  }
  return params;
}

function param(text: string, start: number, nameEnd: number, end: number): UrlParam {
  const rawName = text.slice(start, nameEnd);
  return {
    name: percentDecode(rawName) ?? rawName,
    rawValue: nameEnd < end ? text.slice(nameEnd + 1, end) : '',
    span: { start, end },
  };
}

/** The parameters of a fragment that is written like a query (`#a=1&b=2`); spans are offsets in `url.text`. */
export function fragmentParams(url: UrlParts): readonly UrlParam[] {
  if (url.fragment === undefined) return [];
  return splitParams(url.text, url.text.length - url.fragment.length, url.text.length);
}

/**
 * Takes an absolute http(s) URL apart as a client would read it (WHATWG URL), without changing a character of it. undefined for anything
 * else: relative and protocol-relative URLs, other schemes, URLs that the parser refuses, and URLs with tabs or line breaks inside,
 * whose spans would not be those of the text.
 */
export function parseUrl(text: string): UrlParts | undefined {
  const written = trimmed(text);
  const scheme = schemeOf(written);
  if (scheme === undefined || /[\t\n\r]/.test(written)) return undefined;
  const colon = scheme.length;
  const isPlain = written.charCodeAt(colon + 1) === 0x2f && written.charCodeAt(colon + 2) === 0x2f;
  const hostEnd = isPlain ? plainHostEnd(written, colon + 3) : -1;
  const authority = hostEnd < 0 ? URL.parse(written) : undefined;
  if (authority === null) return undefined;
  const pathStart = hostEnd < 0 ? authorityEnd(written, behindSlashes(written, colon + 1)) : hostEnd;
  const hash = written.indexOf('#', pathStart);
  const fragmentStart = hash < 0 ? written.length : hash;
  const mark = written.indexOf('?', pathStart);
  const queryStart = mark < 0 || mark > fragmentStart ? fragmentStart : mark;
  const path = written.slice(pathStart, queryStart);
  return {
    text: written,
    scheme,
    host: authority === undefined ? written.slice(colon + 3, hostEnd) : hostOf(authority),
    port: authority?.port ?? '',
    hasUserinfo: authority !== undefined && (authority.username !== '' || authority.password !== ''),
    path,
    query: queryStart < fragmentStart ? written.slice(queryStart + 1, fragmentStart) : undefined,
    fragment: hash < 0 ? undefined : written.slice(hash + 1),
    pathStart,
    segments: path === '' ? [] : path.slice(1).split('/'),
    params: queryStart < fragmentStart ? splitParams(written, queryStart + 1, fragmentStart) : [],
  };
}
