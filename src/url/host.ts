import { createRequire } from 'node:module';
import type * as Tldts from 'tldts';

const options = { allowPrivateDomains: true, validateHostname: false } as const;
/** A message has many URLs and few hosts. */
const maxKnown = 500;
const known = new Map<string, KnownHost>();

interface KnownHost {
  readonly domain: string | undefined;
  readonly isPublic: boolean;
}

let list: typeof Tldts | undefined;

/** The public suffixes, read when the first host is asked about: a process that only relays has none. */
function suffixes(): typeof Tldts {
  list ??= createRequire(import.meta.url)('tldts') as typeof Tldts;
  return list;
}

function look(host: string): KnownHost {
  const found = known.get(host);
  if (found !== undefined) return found;
  // A copy: a piece of a text would keep all of that text in memory.
  const kept = Buffer.from(host, 'latin1').toString('latin1');
  const { domain, isIp, isIcann, isPrivate } = suffixes().parse(kept, options);
  const isPublic = isIp !== true && domain !== null && (isIcann === true || isPrivate === true);
  const looked = { domain: domain ?? undefined, isPublic };
  if (known.size >= maxKnown) known.clear();
  known.set(kept, looked);
  return looked;
}

/** The domain that somebody registered (public suffix plus one label, private suffixes included); undefined for IP literals and suffixes. */
export function registrableDomain(host: string): string | undefined {
  return look(host).domain;
}

/** Whether the name can be one of the public Internet: at least two labels under a listed public suffix, no IP literal. */
export function isPublicHost(host: string): boolean {
  return look(host).isPublic;
}
