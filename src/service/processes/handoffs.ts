import type { Worker } from 'node:cluster';

/** What cluster says to a worker to which it gives a connection, and the worker's answer; `cmd`: whether the descriptor itself came through. */
interface Internal {
  readonly cmd?: unknown;
  readonly act?: unknown;
  readonly seq?: unknown;
  readonly ack?: unknown;
}

interface Closable {
  close(): void;
}

function isClosable(handle: Partial<Closable> | null | undefined): handle is Closable {
  return typeof handle?.close === 'function';
}

/**
 * Node forgets a connection that was on its way to a process that died, or that had no descriptor left for it: it stays open in the primary, the
 * client waits in vain, and the process is given no other one ever again. Here those on their way are known: with a process that died they
 * are closed, and of one that did not come through Node hears that it did, so that it closes it and goes on; so does `onLost`. Where a later
 * Node says it otherwise nothing is known and nothing closed.
 */
export function closeLostHandoffs(worker: Worker, onLost: () => void): void {
  const child = worker.process;
  const onTheirWay = new Map<unknown, Closable>();
  /** Numbers of messages with a descriptor, the oldest first: the system's word on them comes in this order. */
  const unconfirmed: unknown[] = [];
  const send = child.send.bind(child) as (...args: readonly unknown[]) => boolean;
  child.send = (...args: readonly unknown[]): boolean => {
    // Without a handle, options or a callback may stand in its place.
    const [message, handle] = args as readonly [Internal, Partial<Closable> | null | undefined];
    if (isClosable(handle)) {
      unconfirmed.push(message?.seq);
      if (message?.act === 'newconn') onTheirWay.set(message.seq, handle);
    }
    return send(...args);
  };
  child.on('internalMessage', ({ ack, cmd }: Internal) => {
    onTheirWay.delete(ack);
    if (cmd !== 'NODE_HANDLE_ACK' && cmd !== 'NODE_HANDLE_NACK') return;
    const seq = unconfirmed.shift();
    if (cmd === 'NODE_HANDLE_ACK' || !onTheirWay.has(seq)) return;
    onLost();
    // Not now, as Node is in the middle of this message.
    setImmediate(() => child.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack: seq, accepted: true }));
  });
  worker.on('exit', () => {
    for (const handle of onTheirWay.values()) handle.close();
    onTheirWay.clear();
  });
}
