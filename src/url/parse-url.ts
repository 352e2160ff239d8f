import type { Span } from '../span.ts';
import { plainHostEnd } from './plain-host.ts';
import { percentDecode } from './percent.ts';
import type { UrlParam, UrlParts } from './url-parts.ts';

type Authority = Pick<URL, 'hostname' | 'port' | 'username' | 'password'>;

function schemeOf(text: string): 'http' | 'https' | undefined {
  if (text.startsWith('https:')) return 'https';
  if (text.startsWith('http:')) return 'http';
  const written = text.slice(0, 6).toLowerCase();
  return written === 'https:' ? 'https' : written.startsWith('http:') ? 'http' : undefined;
}

/** The authority of a URL with a plain host. undefined: ask the parser. */
function plainAuthority(text: string, colon: number): Authority | undefined {
  if (text.charCodeAt(colon + 1) !== 0x2f || text.charCodeAt(colon + 2) !== 0x2f) return undefined;
  const end = plainHostEnd(text, colon + 3);
  return end < 0 ? undefined : { hostname: text.slice(colon + 3, end), port: '', username: '', password: '' };
}

/** Leading and trailing C0 controls and spaces, as the WHATWG URL parser strips them (never NBSP or BOM: those make a URL relative). */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start += 1;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end -= 1;
  return text.slice(start, end);
}

/** The first `/`, `\\`, `?` or `#`. */
function authorityEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x2f || code === 0x5c || code === 0x3f || code === 0x23) return at;
  }
  return text.length;
}

function splitParams(text: string, start: number, end: number): readonly UrlParam[] {
  const params: UrlParam[] = [];
  let at = start;
  while (at < end) {
    let stop = at;
    while (stop < end && text.charCodeAt(stop) !== 0x26 && text.charCodeAt(stop) !== 0x3b) stop += 1;
    if (stop > at) params.push(param(text, { start: at, end: stop }));
    at = stop + 1;
  }
  return params;
}

function param(text: string, span: Span): UrlParam {
  const written = text.slice(span.start, span.end);
  const equals = written.indexOf('=');
  const rawName = equals < 0 ? written : written.slice(0, equals);
  return {
    name: percentDecode(rawName) ?? rawName,
    rawValue: equals < 0 ? '' : written.slice(equals + 1),
    span,
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
  const authority = plainAuthority(written, colon) ?? URL.parse(written);
  if (authority === null) return undefined;
  const { hostname, port, username, password } = authority;
  let at = colon + 1;
  while (at < written.length && '/\\'.includes(written.charAt(at))) at += 1;
  const pathStart = authorityEnd(written, at);
  const hash = written.indexOf('#', pathStart);
  const fragmentStart = hash < 0 ? written.length : hash;
  const mark = written.indexOf('?', pathStart);
  const queryStart = mark < 0 || mark > fragmentStart ? fragmentStart : mark;
  const path = written.slice(pathStart, queryStart);
  return {
    text: written,
    scheme,
    host: hostname.endsWith('.') ? hostname.slice(0, -1) : hostname,
    port,
    hasUserinfo: username !== '' || password !== '',
    path,
    query: queryStart < fragmentStart ? written.slice(queryStart + 1, fragmentStart) : undefined,
    fragment: hash < 0 ? undefined : written.slice(hash + 1),
    pathStart,
    segments: path === '' ? [] : path.slice(1).split('/'),
    params: queryStart < fragmentStart ? splitParams(written, queryStart + 1, fragmentStart) : [],
  };
}
