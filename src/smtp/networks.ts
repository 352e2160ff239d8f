import { BlockList, isIP } from 'node:net';

/** Word in a list of networks that stands for every peer on a UNIX socket. */
const UNIX = 'unix';

/**
 * A test whether a peer's address is in any of the networks (`192.0.2.0/24`, `2001:db8::1`); IPv4-mapped addresses count as IPv4. A peer
 * on a UNIX socket has no address and is in the list only by the word `unix`.
 */
export function networks(list: readonly string[]): (address: string | undefined) => boolean {
  const blocks = new BlockList();
  for (const network of list) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address);
    if (family === 0) continue;
    blocks.addSubnet(address, Number(bits ?? (family === 4 ? 32 : 128)), family === 4 ? 'ipv4' : 'ipv6');
  }
  const unix = list.includes(UNIX);
  return (address) => {
    if (address === undefined) return unix;
    const family = isIP(address);
    return family !== 0 && blocks.check(address, family === 4 ? 'ipv4' : 'ipv6');
  };
}

/** A socket's address without what only says that an IPv4 client came to an IPv6 socket. */
export function plainAddress(address: string | undefined): string | undefined {
  if (address === undefined || address === '') return undefined;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? address.replace(/%.*$/, '');
}

export const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';
