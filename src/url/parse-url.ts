import type { Span } from '../span.ts';
import { percentDecode } from './percent.ts';
import type { UrlParam, UrlParts } from './url-parts.ts';

const schemes = ['http', 'https'] as const;

/** Leading and trailing C0 controls and spaces, as the WHATWG URL parser strips them (never NBSP or BOM: those make a URL relative). */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start += 1;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end -= 1;
  return text.slice(start, end);
}

function firstOf(text: string, characters: string, from: number): number {
  for (let at = from; at < text.length; at += 1) if (characters.includes(text.charAt(at))) return at;
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
  if (/[\t\n\r]/.test(written)) return undefined;
  const colon = written.indexOf(':');
  const scheme = schemes.find((name) => name === written.slice(0, Math.max(colon, 0)).toLowerCase());
  if (scheme === undefined || !URL.canParse(written)) return undefined;
  const parsed = new URL(written);
  let at = colon + 1;
  while (at < written.length && '/\\'.includes(written.charAt(at))) at += 1;
  const pathStart = firstOf(written, '/\\?#', at);
  const hash = written.indexOf('#', pathStart);
  const fragmentStart = hash < 0 ? written.length : hash;
  const mark = written.indexOf('?', pathStart);
  const queryStart = mark < 0 || mark > fragmentStart ? fragmentStart : mark;
  const path = written.slice(pathStart, queryStart);
  return {
    text: written,
    scheme,
    host: parsed.hostname.endsWith('.') ? parsed.hostname.slice(0, -1) : parsed.hostname,
    port: parsed.port,
    hasUserinfo: parsed.username !== '' || parsed.password !== '',
    path,
    query: queryStart < fragmentStart ? written.slice(queryStart + 1, fragmentStart) : undefined,
    fragment: hash < 0 ? undefined : written.slice(hash + 1),
    pathStart,
    segments: path === '' ? [] : path.slice(1).split('/'),
    params: queryStart < fragmentStart ? splitParams(written, queryStart + 1, fragmentStart) : [],
  };
}
