import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

/** Records by `TYPE name`, lower case: texts for TXT, addresses for A, hosts for MX. */
export type Zone = ReadonlyMap<string, readonly string[]>;

export interface ZoneServer {
  /** `127.0.0.1:port`, as the resolver takes it. */
  readonly server: string;
  /** How many questions were asked. */
  readonly asked: () => number;
  close(): void;
}

const types: Readonly<Record<number, string>> = { 1: 'A', 15: 'MX', 16: 'TXT', 28: 'AAAA' };

function encodeName(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([
    ...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ]);
}

function encodeData(type: string, value: string): Buffer {
  if (type === 'A') return Buffer.from(value.split('.').map(Number));
  if (type === 'MX') return Buffer.concat([Buffer.from([0, 10]), encodeName(value)]);
  const chunks = value.match(/.{1,255}/gs) ?? [''];
  return Buffer.concat(chunks.map((chunk) => Buffer.from([chunk.length, ...Buffer.from(chunk, 'latin1')])));
}

function readQuestion(query: Buffer): { name: string; type: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return {
    name: labels.join('.').toLowerCase(),
    type: types[query.readUInt16BE(at + 1)] ?? '?',
    end: at + 5,
  };
}

/**
 * A name server for one test zone on loopback (RFC 1035, UDP): names not in it do not exist, names under `broken` answer SERVFAIL, names
 * under `silent` never answer.
 */
export async function startZone(zone: Zone): Promise<ZoneServer> {
  const socket = createSocket('udp4');
  let questions = 0;
  socket.on('message', (query, peer) => {
    questions += 1;
    const { name, type, end } = readQuestion(query);
    if (name.endsWith('silent.example')) return;
    const exists = [...zone.keys()].some((key) => key.endsWith(` ${name}`) || key.endsWith(`.${name}`));
    const values = zone.get(`${type} ${name}`) ?? [];
    const code = name.endsWith('broken.example') ? 2 : exists ? 0 : 3;
    const head = Buffer.from(query.subarray(0, end));
    head.writeUInt16BE(0x8180 | code, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(values.length, 6);
    head.writeUInt32BE(0, 8);
    const answers = values.map((value) => {
      const data = encodeData(type, value);
      const fixed = Buffer.from([0xc0, 12, ...query.subarray(end - 4, end), 0, 0, 0, 60, 0, 0]);
      fixed.writeUInt16BE(data.length, 10);
      return Buffer.concat([fixed, data]);
    });
    socket.send(Buffer.concat([head, ...answers]), peer.port, peer.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address() satisfies AddressInfo;
  return { server: `127.0.0.1:${port}`, asked: () => questions, close: () => socket.close() };
}
