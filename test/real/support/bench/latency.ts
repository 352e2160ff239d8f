import { connect, type Socket } from 'node:net';

/** Answers of a server, line by line; resolves at the last line of each reply. */
class Replies {
  readonly #socket: Socket;
  #rest = '';

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  next(): Promise<string> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#socket.off('data', onData);
        this.#socket.off('close', onClose);
      };
      const take = (): boolean => {
        const match = /^\d{3}(?: |$)[^\n]*\n/m.exec(this.#rest);
        if (match === null) return false;
        this.#rest = this.#rest.slice(match.index + match[0].length);
        done();
        resolve(match[0]);
        return true;
      };
      const onData = (data: Buffer): void => {
        this.#rest += data.toString('latin1');
        take();
      };
      const onClose = (): void => {
        done();
        reject(new Error('the server closed the connection'));
      };
      if (take()) return;
      this.#socket.on('data', onData);
      this.#socket.on('close', onClose);
    });
  }
}

/** Sends a message again and again over one connection: milliseconds from MAIL to the reply to the final dot, each. */
export async function measureLatency(
  port: number,
  message: Buffer,
  untilMs: number,
  most: number,
): Promise<readonly number[]> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const replies = new Replies(socket);
  const expect = async (code: string): Promise<void> => {
    const reply = await replies.next();
    if (!reply.startsWith(code)) throw new Error(`expected ${code}, got ${reply}`);
  };
  const say = async (line: string, code: string): Promise<void> => {
    socket.write(`${line}\r\n`);
    await expect(code);
  };
  const dotted = Buffer.from(`${message.toString('latin1').replaceAll('\r\n.', '\r\n..')}.\r\n`, 'latin1');
  const times: number[] = [];
  try {
    await expect('220');
    await say('EHLO bench.example.org', '250');
    const end = Date.now() + untilMs;
    while (times.length < most && (Date.now() < end || times.length < 3)) {
      const started = performance.now();
      await say('MAIL FROM:<nieuws@example.org>', '250');
      await say('RCPT TO:<reader@uni.example>', '250');
      await say('DATA', '354');
      socket.write(dotted);
      await expect('250');
      times.push(performance.now() - started);
    }
    socket.end('QUIT\r\n');
  } finally {
    socket.on('error', () => undefined);
    setTimeout(() => socket.destroy(), 200).unref();
  }
  return times;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
