import { isIPv4, isIPv6 } from 'node:net';

/** What a PROXY header says: the real client, or that the proxy speaks for itself (`LOCAL`, `UNKNOWN`: health checks). */
export type ProxyHeader =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'bad' }
  | { readonly kind: 'local'; readonly bytes: number }
  | {
      readonly kind: 'client';
      readonly bytes: number;
      readonly address: string;
      readonly port: number;
      readonly destAddress: string;
      readonly destPort: number;
    };

const V2_SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const V2_FIXED_BYTES = 16;
/** The longest header of version 1, with its CRLF (PROXY protocol, 2.1). */
const V1_MAX_BYTES = 107;
/** Addresses and TLVs of version 2: more than any proxy sends. */
const V2_MAX_BYTES = 4096;

/** Reads a PROXY header, version 1 or 2, from the first octets of a connection. `bytes`: how many of them it takes. */
export function readProxyHeader(octets: Buffer): ProxyHeader {
  const signature = octets.subarray(0, V2_SIGNATURE.length);
  if (signature.equals(V2_SIGNATURE.subarray(0, signature.length)) && signature.length > 0) {
    return readVersion2(octets);
  }
  return readVersion1(octets);
}

function readVersion1(octets: Buffer): ProxyHeader {
  const end = octets.indexOf('\r\n');
  if (end === -1) {
    const start = octets.subarray(0, 6).toString('latin1');
    const possible = 'PROXY '.startsWith(start) || start === 'PROXY ';
    return { kind: possible && octets.length < V1_MAX_BYTES ? 'incomplete' : 'bad' };
  }
  const bytes = end + 2;
  if (bytes > V1_MAX_BYTES) return { kind: 'bad' };
  const words = octets.toString('latin1', 0, end).split(' ');
  const [name, family, address = '', destAddress = '', port = '', destPort = ''] = words;
  if (name !== 'PROXY') return { kind: 'bad' };
  if (family === 'UNKNOWN') return { kind: 'local', bytes };
  const fits = family === 'TCP4' ? isIPv4 : family === 'TCP6' ? isIPv6 : undefined;
  if (fits === undefined || words.length !== 6 || !fits(address) || !fits(destAddress))
    return { kind: 'bad' };
  if (!isPort(port) || !isPort(destPort)) return { kind: 'bad' };
  return { kind: 'client', bytes, address, port: Number(port), destAddress, destPort: Number(destPort) };
}

const isPort = (text: string): boolean => /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;

function readVersion2(octets: Buffer): ProxyHeader {
  if (octets.length < V2_FIXED_BYTES) return { kind: 'incomplete' };
  const versionAndCommand = octets[12] ?? 0;
  const familyAndTransport = octets[13] ?? 0;
  const length = octets.readUInt16BE(14);
  const bytes = V2_FIXED_BYTES + length;
  const command = versionAndCommand & 0x0f;
  if (versionAndCommand >> 4 !== 2 || command > 1 || length > V2_MAX_BYTES) return { kind: 'bad' };
  if (octets.length < bytes) return { kind: 'incomplete' };
  const family = familyAndTransport >> 4;
  // LOCAL, or a family without an address of use to us (UNSPEC, UNIX): the connection is the proxy's own.
  if (command === 0 || (family !== 1 && family !== 2)) return { kind: 'local', bytes };
  if ((familyAndTransport & 0x0f) !== 1) return { kind: 'bad' };
  const size = family === 1 ? 4 : 16;
  if (length < 2 * size + 4) return { kind: 'bad' };
  const body = octets.subarray(V2_FIXED_BYTES, bytes);
  return {
    kind: 'client',
    bytes,
    address: addressText(body.subarray(0, size)),
    destAddress: addressText(body.subarray(size, 2 * size)),
    port: body.readUInt16BE(2 * size),
    destPort: body.readUInt16BE(2 * size + 2),
  };
}

function addressText(octets: Buffer): string {
  if (octets.length === 4) return octets.join('.');
  const groups: string[] = [];
  for (let at = 0; at < octets.length; at += 2) groups.push(octets.readUInt16BE(at).toString(16));
  // The URL parser knows the one canonical spelling (RFC 5952) that address lists compare with.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
