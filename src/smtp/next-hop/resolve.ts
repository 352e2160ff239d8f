import { isIP } from 'node:net';
import { lookup, Resolver as DnsResolver } from 'node:dns/promises';
import { systemCode } from '../../errors.ts';
import type { NextHopOptions } from '../options.ts';

/** The name service, injected so that tests need none. Both reject as node:dns does (`code` ENOTFOUND, ENODATA, …). */
export interface Resolver {
  mx(domain: string): Promise<readonly { readonly exchange: string; readonly priority: number }[]>;
  /** `behindMx`: the DNS named the host, and not the configuration. */
  addresses(host: string, behindMx: boolean): Promise<readonly string[]>;
}

/** For each of two tries. */
const DNS_TIMEOUT_MS = 5000;

/**
 * The servers of the system, or these (`address:port`). MX and the addresses behind it are asked of the DNS; a host that the configuration names is
 * looked up as the system does it, with its hosts file.
 */
export function dnsResolver(servers?: readonly string[], timeoutMs = DNS_TIMEOUT_MS): Resolver {
  const dns = new DnsResolver({ timeout: timeoutMs, tries: 2 });
  if (servers !== undefined) dns.setServers(servers);
  const system = async (host: string): Promise<readonly string[]> =>
    (await lookup(host, { all: true, order: 'verbatim' })).map(({ address }) => address);
  return {
    mx: (domain) => dns.resolveMx(domain),
    addresses: async (host, behindMx) => {
      if (!behindMx) return system(host);
      const found = await Promise.allSettled([dns.resolve4(host), dns.resolve6(host)]);
      const [first] = found;
      if (first?.status === 'rejected' && found.every(({ status }) => status === 'rejected'))
        throw first.reason;
      return found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    },
  };
}

export const systemResolver = dnsResolver();

/** One address to try. `name` is what a certificate must bear under `tls: verify`. */
export type Candidate =
  | { readonly kind: 'tcp'; readonly address: string; readonly port: number; readonly name: string }
  | { readonly kind: 'unix'; readonly path: string };

interface Host {
  readonly host: string;
  readonly port: number;
}

const MAX_CANDIDATES = 20;

export interface Found {
  /** In the order in which to try them. Empty: no name service answer, or none with an address. */
  readonly candidates: readonly Candidate[];
  /** What the name service said of the last name that it knew no address of, such as ENOTFOUND. */
  readonly errno: string | undefined;
}

/** The addresses to try. Never rejects. */
export async function findCandidates(
  options: Pick<NextHopOptions, 'endpoints' | 'mx'>,
  resolver: Resolver,
  mxPort: number,
): Promise<Found> {
  const found: Candidate[] = [];
  let errno: string | undefined;
  const failed = (error: unknown): undefined => {
    errno = systemCode(error);
  };
  const hosts =
    options.mx === undefined ? options.endpoints : await mailHosts(options.mx, resolver, mxPort, failed);
  for (const endpoint of hosts) {
    if ('path' in endpoint) found.push({ kind: 'unix', path: endpoint.path });
    else found.push(...(await addressesOf(endpoint, resolver, options.mx !== undefined, failed)));
    if (found.length >= MAX_CANDIDATES) break;
  }
  return { candidates: found.slice(0, MAX_CANDIDATES), errno };
}

async function addressesOf(
  { host, port }: Host,
  resolver: Resolver,
  behindMx: boolean,
  failed: (error: unknown) => undefined,
): Promise<readonly Candidate[]> {
  if (isIP(host) !== 0) return [{ kind: 'tcp', address: host, port, name: host }];
  const addresses = (await resolver.addresses(host, behindMx).catch(failed)) ?? [];
  return addresses.map((address) => ({ kind: 'tcp', address, port, name: host }));
}

/** RFC 5321 5.1: by preference, equal ones in random order; no MX record means the name itself; RFC 7505: `.` means none. */
async function mailHosts(
  domain: string,
  resolver: Resolver,
  port: number,
  failed: (error: unknown) => undefined,
): Promise<readonly Host[]> {
  const records = await resolver.mx(domain).catch((error: unknown) => {
    const code = systemCode(error);
    return code === 'ENODATA' || code === 'ENOTFOUND' ? [] : failed(error);
  });
  if (records === undefined) return [];
  if (records.length === 0) return [{ host: domain, port }];
  return records
    .filter(({ exchange }) => exchange !== '' && exchange !== '.')
    .map((record) => ({ ...record, random: Math.random() }))
    .sort((a, b) => a.priority - b.priority || a.random - b.random)
    .map(({ exchange }) => ({ host: exchange, port }));
}
