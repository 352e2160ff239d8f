import { once } from 'node:events';
import { connect } from 'node:net';

export interface Talk {
  /** The replies' lines, in order. */
  readonly replies: readonly string[];
}

/**
 * Speaks raw SMTP: waits for the greeting, sends each step and waits for its reply. A step is a line (CRLF is added) or octets
 * sent as they are; with `octetwise` each octet is a write of its own. `prelude` goes out before the greeting (a PROXY line);
 * `localAddress` is whom the server sees.
 * Ends early when the server closes.
 */
export async function talk(
  port: number,
  steps: readonly (string | Buffer)[],
  {
    octetwise = false,
    prelude,
    localAddress = '127.0.0.1',
  }: { readonly octetwise?: boolean; readonly prelude?: string; readonly localAddress?: string } = {},
): Promise<Talk> {
  const socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true });
  const replies: string[] = [];
  let pending = '';
  let closed = false;
  let wake = (): void => undefined;
  socket.on('data', (chunk: Buffer) => {
    pending += chunk.toString('latin1');
    wake();
  });
  for (const event of ['close', 'error', 'end']) {
    socket.on(event, () => {
      closed = true;
      wake();
    });
  }
  const reply = async (): Promise<void> => {
    for (;;) {
      const match = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(pending);
      if (match !== null) {
        replies.push(match[0].trimEnd());
        pending = pending.slice(match[0].length);
        return;
      }
      if (closed) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 30_000);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  await once(socket, 'connect');
  if (prelude !== undefined) socket.write(prelude);
  await reply();
  for (const step of steps) {
    if (closed) break;
    const octets = typeof step === 'string' ? Buffer.from(`${step}\r\n`, 'latin1') : step;
    if (octetwise) {
      for (const octet of octets) {
        if (closed) break;
        socket.write(Buffer.of(octet));
        await new Promise((resolve) => setImmediate(resolve));
      }
    } else socket.write(octets);
    await reply();
  }
  socket.destroy();
  return { replies };
}
