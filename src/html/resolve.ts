import { plainHostEnd } from '../url/index.ts';

/** A base that no name resolves to: what still points to it was relative. */
const NOWHERE = 'mail.invalid';
const NOWHERE_BASES = [`https://${NOWHERE}/`, `http://${NOWHERE}/`] as const;

const REMOTE = new Set(['http:', 'https:', 'ws:', 'wss:', 'ftp:']);

/** Schemes of programs that fetch the URL behind them; Chromium asks its own network stack for `feed:` and gets no further. */
const WRAPPERS = new Set(['feed:', 'jar:', 'view-source:']);

/** What becomes of a space in a host is up to the client: Chromium asks for `a%20b.host`, WHATWG's parser gives up. */
const SPACES =
  /[ \u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]|%(?:20|c2%a0|e1%9a%80|e2%80%(?:8[0-9a]|af)|e2%81%9f|e3%80%80)/gi;

/** The URL as browsers read it; spaces in a host count as letters of it. */
export function parseUrl(value: string, base?: string): URL | undefined {
  const url = URL.parse(value, base);
  if (url !== null) return url;
  const spaceless = value.trim().replaceAll(SPACES, '-');
  return (spaceless === value ? null : URL.parse(spaceless, base)) ?? undefined;
}

const NONE: readonly string[] = [];

/** So many different relative URLs of one text are resolved, each base by itself; nobody writes as many. Of further ones the host counts. */
const MAX_RELATIVES = 8192;

/** Tells what the URLs of one text mean against its bases. The same ones come again and again. */
export class Resolver {
  readonly #bases: readonly string[];
  readonly #known = new Map<string, readonly string[]>();
  #relatives = 0;
  /** The last value, which may be a long one, and one for many places. */
  #lastValue = '';
  #lastUrls: readonly string[] = NONE;

  constructor(bases: readonly string[]) {
    this.#bases = bases;
  }

  urlsOf(value: string): readonly string[] {
    if (value === this.#lastValue) return this.#lastUrls;
    const urls = this.#urlsOf(value);
    this.#lastValue = value;
    this.#lastUrls = urls;
    return urls;
  }

  #urlsOf(value: string): readonly string[] {
    const plain = plainHref(value) ?? plainSchemes(value, this.#bases);
    // Told sooner than looked up.
    if (plain !== undefined) return typeof plain === 'string' ? [plain] : plain;
    const relative = isRelative(value);
    if (relative && this.#bases.length === 0) return NONE;
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    if (relative) {
      this.#relatives += this.#bases.length;
      if (this.#relatives > MAX_RELATIVES && value !== '/') return this.#urlsOf('/');
    }
    const urls = resolve(value, this.#bases);
    this.#known.set(value, urls);
    return urls;
  }
}

/**
 * All that a written URL may mean to a client (WHATWG URL), against each base that some reader may take: `https:host` is absolute to one
 * and a path to another, `//host` and `\\\\host` (UNC for Outlook) need a base. A `file:` URL with a host counts with the http URL that
 * Windows asks for in its stead (WebDAV). Empty for what is never fetched from elsewhere (cid:, data:, mailto:, relative without base).
 */
export function resolve(value: string, bases: readonly string[]): readonly string[] {
  const plain = plainHref(value);
  if (plain !== undefined) return [plain];
  const schemes = plainSchemes(value, bases);
  if (schemes !== undefined) return schemes;
  if (!value.startsWith('//') && isRelative(value)) {
    if (bases.length === 0) return NONE;
    const urls: string[] = [];
    for (const base of bases) addRelative(urls, value, base);
    return urls;
  }
  return resolveOdd(value, bases);
}

/** The value as the URL parser reads it in each way. */
function resolveOdd(value: string, bases: readonly string[]): readonly string[] {
  const urls: string[] = [];
  const absolute = parseUrl(value);
  add(urls, absolute);
  if (absolute !== undefined && WRAPPERS.has(absolute.protocol)) {
    const inner = absolute.href.slice(absolute.protocol.length);
    add(urls, parseUrl(inner.startsWith('//') ? `http:${inner}` : inner));
    // Two meanings: a link stays as it is.
    if (urls.length > 0) urls.push(absolute.href);
  }
  if (absolute !== undefined && !writtenWithoutSlashes(absolute, value)) return urls;
  for (const base of bases) add(urls, parseUrl(value, base));
  for (const base of NOWHERE_BASES) add(urls, parseUrl(value, base));
  return urls;
}

function add(urls: string[], url: URL | undefined): void {
  if (url === undefined || url.hostname === '' || url.hostname === NOWHERE) return;
  if (REMOTE.has(url.protocol)) pushNew(urls, url.href);
  if (url.protocol === 'file:') {
    pushNew(urls, url.href);
    add(urls, parseUrl(`http://${url.host}${url.pathname}`));
  }
}

/** What a plain `//host/path` means; undefined where it is none. */
function plainSchemes(value: string, bases: readonly string[]): readonly string[] | undefined {
  if (value.charCodeAt(0) !== 0x2f || value.charCodeAt(1) !== 0x2f) return undefined;
  const end = plainHostEnd(value, 2);
  if (end === value.length) return schemesOf(`${value}/`, bases);
  return end > 0 && isPlainPath(value, end) ? schemesOf(value, bases) : undefined;
}

/** `//host/path`, in every scheme that a base may give it. */
function schemesOf(value: string, bases: readonly string[]): readonly string[] {
  if (bases.length === 0) return [`https:${value}`, `http:${value}`];
  const urls: string[] = [];
  for (const base of bases) {
    if (/^https?:/.test(base)) pushNew(urls, `${base.slice(0, base.indexOf(':'))}:${value}`);
    else for (const url of [parseUrl(value, base)]) if (url !== undefined) pushNew(urls, url.href);
  }
  pushNew(urls, `https:${value}`);
  pushNew(urls, `http:${value}`);
  return urls;
}

/** Whether the value says neither scheme nor host: without a base it leads nowhere, and is not worth a parser's time. */
function isRelative(value: string): boolean {
  const first = value.charCodeAt(0);
  if (!(first > 0x20)) return false;
  if (isSlash(first)) return value.length > 1 && value.charCodeAt(1) > 0x20 && !isSlash(value.charCodeAt(1));
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (code === 0x3a) return false;
    // A scheme would have ended.
    if (isSlash(code) || code === 0x3f || code === 0x23) return true;
  }
  return true;
}

function isSlash(code: number): boolean {
  return code === 0x2f || code === 0x5c;
}

/** What a relative value means against one base; put together here where both are plain, as is true of most. */
function addRelative(urls: string[], value: string, base: string): void {
  const first = value.charCodeAt(0);
  const isPath = first !== 0x3f && first !== 0x23 && isPlainUrl(base) && !/[?#]/.test(base);
  const root = first === 0x2f ? base.indexOf('/', 8) : base.lastIndexOf('/') + 1;
  const joined = isPath ? base.slice(0, root) + value : '';
  if (isPath && isPlainUrl(joined)) pushNew(urls, joined);
  else add(urls, parseUrl(value, base));
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

/** What the URL parser makes of a plain http(s) URL: the same, but for the path that one of a host alone is given. */
function plainHref(value: string): string | undefined {
  const host = hostStart(value);
  if (host === 0) return undefined;
  const end = plainHostEnd(value, host);
  if (end === value.length) return `${value}/`;
  return isPlainPath(value, end) ? value : undefined;
}

function hostStart(value: string): number {
  return value.startsWith('https://') ? 8 : value.startsWith('http://') ? 7 : 0;
}

/** Whether the URL parser would return the URL as it stands, which is true of most: an http(s) URL of plain letters with a path. */
export function isPlainUrl(value: string): boolean {
  const host = hostStart(value);
  return host > 0 && isPlainPath(value, plainHostEnd(value, host));
}

/** Whether what begins at `start` is a path that the URL parser leaves as it is, with query and fragment. */
function isPlainPath(value: string, start: number): boolean {
  if (start < 0 || value.charCodeAt(start) !== 0x2f) return false;
  for (let at = start; at < value.length; at += 1) {
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
