import { Resolver } from 'node:dns/promises';
import { isIPv4 } from 'node:net';
import { isLoopback } from './networks.ts';

/**
 * The host name of an address, confirmed by its own address records; undefined where there is none, or no answer in time. Only asked with
 * `ptr: on`: nothing else of a session looks anything up. `servers`: others than the system's.
 */
export async function reverseName(
  address: string | undefined,
  servers?: readonly string[],
): Promise<string | undefined> {
  if (address === undefined || isLoopback(address)) return undefined;
  const resolver = new Resolver({ timeout: 1500, tries: 1 });
  if (servers !== undefined) resolver.setServers(servers);
  try {
    const [name] = await resolver.reverse(address);
    if (name === undefined) return undefined;
    const back = isIPv4(address) ? await resolver.resolve4(name) : await resolver.resolve6(name);
    return back.some((each) => sameAddress(each, address)) ? name : undefined;
  } catch {
    return undefined;
  }
}

/** IPv6 has many spellings of one address. */
const sameAddress = (one: string, other: string): boolean => canonical(one) === canonical(other);

const canonical = (address: string): string =>
  isIPv4(address) ? address : new URL(`http://[${address}]`).hostname;
