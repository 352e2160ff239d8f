import type { Worker } from 'node:cluster';

/** What cluster says to a worker to which it gives a connection, and the worker's answer. */
interface Internal {
  readonly act?: unknown;
  readonly seq?: unknown;
  readonly ack?: unknown;
}

interface Closable {
  close(): void;
}

/**
 * Node forgets a connection that was on its way to a process that died: it stays open in the primary, and the client waits in vain. Here those
 * on their way are known, and closed with the process. Where a later Node says it otherwise nothing is known and nothing closed.
 */
export function closeLostHandoffs(worker: Worker): void {
  const child = worker.process;
  const onTheirWay = new Map<unknown, Closable>();
  const send = child.send.bind(child) as (...args: readonly unknown[]) => boolean;
  child.send = (...args: readonly unknown[]): boolean => {
    const [message, handle] = args as readonly [Internal, Closable | undefined];
    if (message?.act === 'newconn' && handle !== undefined) onTheirWay.set(message.seq, handle);
    return send(...args);
  };
  child.on('internalMessage', ({ ack }: Internal) => {
    onTheirWay.delete(ack);
  });
  worker.on('exit', () => {
    for (const handle of onTheirWay.values()) handle.close();
    onTheirWay.clear();
  });
}
