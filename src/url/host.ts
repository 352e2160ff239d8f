import { createRequire } from 'node:module';
import type * as Tldts from 'tldts';

const options = { allowPrivateDomains: true, validateHostname: false } as const;
/** A message has many URLs and few hosts. */
const maxKnown = 500;
const known = new Map<string, string | undefined>();

let list: typeof Tldts | undefined;

/** The public suffixes, read when the first host is asked about: a process that only relays has none. */
function suffixes(): typeof Tldts {
  list ??= createRequire(import.meta.url)('tldts') as typeof Tldts;
  return list;
}

function copyOf(host: string): string {
  return Buffer.from(host, 'latin1').toString('latin1');
}

/** The domain that somebody registered (public suffix plus one label, private suffixes included); undefined for IP literals and suffixes. */
export function registrableDomain(host: string): string | undefined {
  if (known.has(host)) return known.get(host);
  const domain = suffixes().getDomain(host, options) ?? undefined;
  if (known.size >= maxKnown) known.clear();
  // Copies: pieces of a text would keep all of that text in memory.
  known.set(copyOf(host), domain === undefined ? undefined : copyOf(domain));
  return domain;
}

/** Whether the name can be one of the public Internet: at least two labels under a listed public suffix, no IP literal. */
export function isPublicHost(host: string): boolean {
  const parsed = suffixes().parse(host, options);
  return (
    parsed.isIp !== true && parsed.domain !== null && (parsed.isIcann === true || parsed.isPrivate === true)
  );
}
