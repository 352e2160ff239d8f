import { BlockList, isIP } from 'node:net';
import { normalize } from 'node:path';
import type { Endpoint } from '../smtp/options.ts';

/** `host:port`, `[v6]:port` or `unix:/path`; undefined for anything else. */
export function parseEndpoint(text: string): Endpoint | undefined {
  if (text.startsWith('unix:/')) return { kind: 'unix', path: text.slice('unix:'.length) };
  const colon = text.lastIndexOf(':');
  const digits = text.slice(colon + 1);
  if (colon <= 0 || !/^\d{1,5}$/.test(digits)) return undefined;
  const port = Number(digits);
  const name = text.slice(0, colon);
  const isBracketed = name.startsWith('[') && name.endsWith(']');
  const host = isBracketed ? name.slice(1, -1) : name;
  if (port > 65_535 || (isBracketed ? isIP(host) !== 6 : host.includes(':'))) return undefined;
  return /^[A-Za-z0-9:._-]+$/.test(host) ? { kind: 'tcp', host, port } : undefined;
}

/** As it is written in a configuration. */
export function endpointText(endpoint: Endpoint): string {
  if (endpoint.kind === 'unix') return `unix:${endpoint.path}`;
  return endpoint.host.includes(':')
    ? `[${endpoint.host}]:${endpoint.port}`
    : `${endpoint.host}:${endpoint.port}`;
}

/** Whether only processes of this machine can connect. */
export function isLocalOnly(endpoint: Endpoint): boolean {
  if (endpoint.kind === 'unix' || endpoint.host === 'localhost' || endpoint.host === '::1') return true;
  return isIP(endpoint.host) === 4 && endpoint.host.startsWith('127.');
}

/** Whether the text is an address or `address/bits`. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family);
  }
  return list;
}

/** A test for membership in any of the networks (texts that pass `isNetwork`); an unknown address is in none. */
export function networkTest(networks: readonly string[]): (address: string | undefined) => boolean {
  // Made at the first question: a command has no client, and Node takes 9 ms for the expression that IPv6 addresses match.
  let list: BlockList | undefined;
  return (address) => {
    const family = address === undefined ? 0 : isIP(address);
    if (address === undefined || family === 0) return false;
    list ??= blockList(networks);
    return list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
}

const isEveryAddress = networkTest(['0.0.0.0', '::']);

/**
 * Whether a connection to `hop` comes to what listens on `own`. Every address (`0.0.0.0`, `::`) and `localhost` have the loopback ones
 * among them; other names are compared as they are written.
 */
export function comesTo(hop: Endpoint, own: Endpoint): boolean {
  if (hop.kind === 'unix' || own.kind === 'unix') {
    return hop.kind === 'unix' && own.kind === 'unix' && normalize(hop.path) === normalize(own.path);
  }
  // Port 0 is one that the system chooses.
  if (hop.port !== own.port || own.port === 0) return false;
  const both = [hop, own];
  if (both.some(({ host }) => isEveryAddress(host) || host === 'localhost')) {
    return both.every((each) => isEveryAddress(each.host) || isLocalOnly(each));
  }
  if (isIP(hop.host) !== 0 && isIP(own.host) !== 0) return networkTest([own.host])(hop.host);
  return hop.host.toLowerCase() === own.host.toLowerCase();
}
