import { asSent, Sender } from './latency.ts';
import { run } from '../tools.ts';

/** Sends so many messages to several ports in equal shares; `file` holds the message, with line ends of this system. */
export type Load = (ports: readonly number[], messages: number) => Promise<void>;

const connections = 20;

/** As fast as it goes: Debian's smtp-source over 20 connections. */
export function fullLoad(file: string): Load {
  return async (ports, messages) => {
    const shares = ['-s', `${connections / ports.length}`, '-m', `${Math.ceil(messages / ports.length)}`];
    const flags = ['-d', ...shares, '-f', 'nieuws@example.org', '-t', 'reader@uni.example', '-F', file];
    const all = await Promise.all(
      ports.map((port) => run('smtp-source', [...flags, `127.0.0.1:${port}`], undefined, 300_000)),
    );
    const failed = all.find(({ code }) => code !== 0);
    if (failed !== undefined) throw new Error(`smtp-source: ${failed.stderr.trim().slice(0, 300)}`);
  };
}

/** One message after the other at a fixed rate, over 20 connections: whoever stands between has the same to do in the same time. */
export function pacedLoad(message: Buffer, perSecond: number): Load {
  const dotted = asSent(message);
  return async (ports, messages) => {
    const senders = await Promise.all(
      Array.from({ length: connections }, (_, index) => Sender.open(ports[index % ports.length] ?? 0)),
    );
    const started = performance.now();
    let next = 0;
    const turn = async (sender: Sender): Promise<void> => {
      while (next < messages) {
        const due = started + (next * 1000) / perSecond;
        next += 1;
        const waitMs = due - performance.now();
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        await sender.send(dotted);
      }
    };
    try {
      await Promise.all(senders.map(turn));
    } finally {
      for (const sender of senders) sender.close();
    }
  };
}
