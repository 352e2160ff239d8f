/** A base that no name resolves to: what still points to it was relative. */
const NOWHERE = 'mail.invalid';
const NOWHERE_BASES = [`https://${NOWHERE}/`, `http://${NOWHERE}/`] as const;

const REMOTE = new Set(['http:', 'https:', 'ws:', 'wss:', 'ftp:']);

function parse(value: string, base?: string): URL | undefined {
  return URL.canParse(value, base) ? new URL(value, base) : undefined;
}

/**
 * All that a written URL may mean to a client (WHATWG URL), against each base that some reader may take: `https:host` is absolute to one
 * and a path to another, `//host` and `\\host` (UNC for Outlook) need a base. A `file:` URL with a host counts with the http URL that
 * Windows asks for in its stead (WebDAV). Empty for what is never fetched from elsewhere (cid:, data:, mailto:, relative without base).
 */
export function resolve(value: string, bases: readonly string[]): readonly string[] {
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
  if (absolute !== undefined && !writtenWithoutSlashes(absolute, value)) return urls;
  for (const base of bases) add(parse(value, base));
  for (const base of NOWHERE_BASES) add(parse(value, base));
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
