import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Random } from './random.ts';

/** Whether and how an arrival may come again: what the hop did once it had the whole message. */
export type Ending = 'said-250' | 'died-before-250' | 'died-after-250';

export interface Arrival {
  readonly octets: Buffer;
  readonly ending: Ending;
  /** When the message was whole (performance.now()). */
  readonly atMs: number;
}

export interface FaultyHop {
  readonly port: number;
  readonly arrivals: readonly Arrival[];
  /** How often each fault was played. */
  readonly faults: ReadonlyMap<string, number>;
  /** From now on the hop behaves. */
  behave(): void;
  close(): Promise<void>;
}

type Way = 'refuse' | 'close' | 'reset' | 'stall' | 'half' | 'garbage' | '421';
const WAYS: Readonly<Record<string, readonly Way[]>> = {
  CONNECT: ['421', 'close', 'reset', 'stall', 'garbage'],
  EHLO: ['421', 'refuse', 'close', 'stall'],
  XFORWARD: ['421', 'close'],
  MAIL: ['refuse', '421', 'close', 'reset', 'stall', 'half', 'garbage'],
  RCPT: ['refuse', '421', 'close', 'reset', 'stall', 'half'],
  DATA: ['refuse', '421', 'close', 'reset', 'stall'],
  OCTETS: ['close', 'reset', 'stall', '421'],
  /** The message is whole and thrown away. */
  END: ['refuse', '421', 'close', 'reset', 'stall', 'half', 'garbage'],
  /** The message is whole and kept, but the client does not hear so. */
  KEPT: ['close', 'reset', 'stall', 'half'],
  /** 250 is said, and the connection dies at once. */
  AFTER: ['close', 'reset'],
};
const RATE: Readonly<Record<string, number>> = {
  CONNECT: 0.05,
  EHLO: 0.02,
  XFORWARD: 0.01,
  MAIL: 0.04,
  RCPT: 0.04,
  DATA: 0.03,
  OCTETS: 0.04,
  END: 0.06,
  KEPT: 0.02,
  AFTER: 0.02,
};

const END_OF_DATA = Buffer.from('\r\n.\r\n');

/** A next hop that refuses, stalls, resets and dies at every step, by chance from `random`, and keeps what it took. */
export async function startFaultyHop(random: Random): Promise<FaultyHop> {
  const arrivals: Arrival[] = [];
  const faults = new Map<string, number>();
  const sockets = new Set<Socket>();
  let behaves = false;
  const fault = (step: string): Way | undefined => {
    const ways = WAYS[step] ?? [];
    if (behaves || random() >= (RATE[step] ?? 0)) return undefined;
    const way = ways[Math.floor(random() * ways.length)];
    const name = `${step} ${way}`;
    faults.set(name, (faults.get(name) ?? 0) + 1);
    return way;
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, fault, arrivals);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    arrivals,
    faults,
    behave: () => {
      behaves = true;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function serve(socket: Socket, fault: (step: string) => Way | undefined, arrivals: Arrival[]): void {
  let pending: Buffer = Buffer.alloc(0);
  let inMessage = false;
  let deaf = false;
  socket.on('error', () => undefined);

  /** Plays the fault; true if it ends the conversation. */
  const play = (way: Way | undefined): boolean => {
    if (way === undefined) return false;
    if (way === 'refuse') socket.write('450 4.2.1 not now\r\n');
    else {
      deaf = true;
      if (way === '421') socket.end('421 4.3.2 going down\r\n');
      else if (way === 'close') socket.end();
      else if (way === 'reset') socket.resetAndDestroy();
      else if (way === 'half') socket.end('25');
      else if (way === 'garbage') socket.end('\x00 what is this\r\n');
    }
    return true;
  };

  const takeMessage = (octets: Buffer): void => {
    if (play(fault('END'))) return;
    const kept = fault('KEPT');
    const after = kept === undefined ? fault('AFTER') : undefined;
    const ending =
      kept !== undefined ? 'died-before-250' : after !== undefined ? 'died-after-250' : 'said-250';
    arrivals.push({ octets, ending, atMs: performance.now() });
    if (play(kept)) return;
    socket.write('250 2.0.0 kept\r\n');
    play(after);
  };

  const command = (line: string): void => {
    const verb = line.split(' ', 1)[0]?.toUpperCase() ?? '';
    if (play(fault(verb))) return;
    if (verb === 'EHLO')
      socket.write('250-hop.example\r\n250-8BITMIME\r\n250-SIZE 50000000\r\n250 XFORWARD NAME ADDR HELO\r\n');
    else if (verb === 'QUIT') socket.end('221 bye\r\n');
    else if (verb === 'DATA') {
      inMessage = true;
      pending = Buffer.concat([Buffer.from('\r\n'), pending]);
      socket.write('354 go\r\n');
    } else socket.write('250 2.0.0 ok\r\n');
  };

  socket.on('data', (chunk: Buffer) => {
    if (deaf) return;
    pending = Buffer.concat([pending, chunk]);
    while (!deaf) {
      if (inMessage) {
        const end = pending.indexOf(END_OF_DATA);
        if (end === -1 ? play(chunk.length > 0 ? fault('OCTETS') : undefined) : play(fault('OCTETS'))) return;
        if (end === -1) return;
        const octets = Buffer.from(pending.subarray(2, Math.max(2, end + 2)));
        pending = pending.subarray(end + END_OF_DATA.length);
        inMessage = false;
        takeMessage(octets);
      } else {
        const end = pending.indexOf('\r\n');
        if (end === -1) return;
        const line = pending.subarray(0, end).toString('latin1');
        pending = pending.subarray(end + 2);
        command(line);
      }
    }
  });
  if (!play(fault('CONNECT'))) socket.write('220 hop.example ESMTP\r\n');
}
