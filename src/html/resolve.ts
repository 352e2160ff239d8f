import { plainHostEnd } from '../url/index.ts';

/** A base that no name resolves to: what still points to it was relative. */
const NOWHERE = 'mail.invalid';
const NOWHERE_BASES = [`https://${NOWHERE}/`, `http://${NOWHERE}/`] as const;

const REMOTE = new Set(['http:', 'https:', 'ws:', 'wss:', 'ftp:']);

/** Schemes of programs that fetch the URL behind them; Chromium asks its own network stack for `feed:` and gets no further. */
const WRAPPERS = new Set(['feed:', 'jar:', 'view-source:']);

function parse(value: string, base?: string): URL | undefined {
  return URL.parse(value, base) ?? undefined;
}

/**
 * All that a written URL may mean to a client (WHATWG URL), against each base that some reader may take: `https:host` is absolute to one
 * and a path to another, `//host` and `\\host` (UNC for Outlook) need a base. A `file:` URL with a host counts with the http URL that
 * Windows asks for in its stead (WebDAV). Empty for what is never fetched from elsewhere (cid:, data:, mailto:, relative without base).
 */
export function resolve(value: string, bases: readonly string[]): readonly string[] {
  if (isPlainUrl(value)) return [value];
  if (value.startsWith('//') && isPlainUrl(`https:${value}`)) return schemesOf(value, bases);
  const urls: string[] = [];
  const add = (url: URL | undefined): void => {
    if (url === undefined || url.hostname === '' || url.hostname === NOWHERE) return;
    if (REMOTE.has(url.protocol)) pushNew(urls, url.href);
    if (url.protocol === 'file:') {
      pushNew(urls, url.href);
      add(parse(`http://${url.host}${url.pathname}`));
    }
  };
  const absolute = parse(value);
  add(absolute);
  if (absolute !== undefined && WRAPPERS.has(absolute.protocol)) {
    const inner = absolute.href.slice(absolute.protocol.length);
    add(parse(inner.startsWith('//') ? `http:${inner}` : inner));
    // Two meanings: a link stays as it is.
    if (urls.length > 0) urls.push(absolute.href);
  }
  if (absolute !== undefined && !writtenWithoutSlashes(absolute, value)) return urls;
  for (const base of bases) add(parse(value, base));
  for (const base of NOWHERE_BASES) add(parse(value, base));
  return urls;
}

/** `//host/path`, in every scheme that a base may give it. */
function schemesOf(value: string, bases: readonly string[]): readonly string[] {
  const urls: string[] = [];
  for (const base of bases) {
    if (/^https?:/.test(base)) pushNew(urls, `${base.slice(0, base.indexOf(':'))}:${value}`);
    else for (const url of [parse(value, base)]) if (url !== undefined) pushNew(urls, url.href);
  }
  pushNew(urls, `https:${value}`);
  pushNew(urls, `http:${value}`);
  return urls;
}

/** `https:host` or `https:/host`: a base of the same scheme makes it relative. */
function writtenWithoutSlashes(url: URL, value: string): boolean {
  if (!REMOTE.has(url.protocol)) return false;
  const colon = value.indexOf(':');
  const rest = value.slice(colon + 1, colon + 16).replaceAll(/[\t\n\r]/g, '');
  return !/^[/\\]{2}/.test(rest);
}

function pushNew(list: string[], item: string): void {
  if (!list.includes(item)) list.push(item);
}

/** What the URL parser leaves as it is in paths, queries and fragments alike: letters, digits and some others. */
const PLAIN = 1;
const DOT = 2;
const PERCENT = 3;
const SLASH = 4;
const CHARACTERS = new Uint8Array(128);
for (let code = 0x21; code < 0x7f; code += 1) {
  if (!'"\'<>[\\]^`{|}'.includes(String.fromCharCode(code))) CHARACTERS[code] = PLAIN;
}
CHARACTERS[0x21] = 0;
CHARACTERS[0x25] = PERCENT;
CHARACTERS[0x2e] = DOT;
CHARACTERS[0x2f] = SLASH;

/** Whether the URL parser would return the URL as it stands, which is true of most: an http(s) URL of plain letters with a path. */
export function isPlainUrl(value: string): boolean {
  const host = value.startsWith('https://') ? 8 : value.startsWith('http://') ? 7 : 0;
  if (host === 0) return false;
  let at = plainHostEnd(value, host);
  if (at < 0 || value.charCodeAt(at) !== 0x2f) return false;
  for (; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    const kind = code < 128 ? CHARACTERS[code] : 0;
    if (kind === PLAIN || kind === SLASH) continue;
    if (kind === DOT) {
      if (value.charCodeAt(at - 1) === 0x2f) return false;
    } else if (kind !== PERCENT || value.startsWith('2e', at + 1) || value.startsWith('2E', at + 1))
      return false;
  }
  return true;
}
