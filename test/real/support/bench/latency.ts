import { connect, type Socket } from 'node:net';

/** A client on one connection, which sends a message again and again. */
export class Sender {
  readonly #socket: Socket;
  #rest = '';

  private constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('error', () => undefined);
  }

  static async open(port: number): Promise<Sender> {
    const sender = new Sender(port);
    await sender.#expect('220');
    await sender.#say('EHLO bench.example.org', '250');
    return sender;
  }

  /** Milliseconds from MAIL to the reply to the final dot. `dotted`: a message as `asSent` makes it. */
  async send(dotted: Buffer): Promise<number> {
    const started = performance.now();
    await this.#say('MAIL FROM:<nieuws@example.org>', '250');
    await this.#say('RCPT TO:<reader@uni.example>', '250');
    await this.#say('DATA', '354');
    this.#socket.write(dotted);
    await this.#expect('250');
    return performance.now() - started;
  }

  close(): void {
    this.#socket.end('QUIT\r\n');
    setTimeout(() => this.#socket.destroy(), 200).unref();
  }

  async #say(line: string, code: string): Promise<void> {
    this.#socket.write(`${line}\r\n`);
    await this.#expect(code);
  }

  async #expect(code: string): Promise<void> {
    const reply = await this.#reply();
    if (!reply.startsWith(code)) throw new Error(`expected ${code}, got ${reply}`);
  }

  /** The last line of the next reply. */
  #reply(): Promise<string> {
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

/** A message as it goes on the wire, its final dot with it. */
export function asSent(message: Buffer): Buffer {
  return Buffer.from(`${message.toString('latin1').replaceAll('\r\n.', '\r\n..')}.\r\n`, 'latin1');
}

/**
 * Sends a message again and again over so many connections at once, on each at least once and on one at least three times; the milliseconds of
 * each message.
 */
export async function measureLatency(
  port: number,
  message: Buffer,
  untilMs: number,
  most: number,
  connections = 1,
): Promise<readonly number[]> {
  const dotted = asSent(message);
  const times: number[] = [];
  const senders = await Promise.all(Array.from({ length: connections }, () => Sender.open(port)));
  const end = Date.now() + untilMs;
  const least = connections === 1 ? 3 : 1;
  const loop = async (sender: Sender): Promise<void> => {
    for (let sent = 0; sent < least || Date.now() < end; sent += 1) {
      if (sent >= least && times.length >= most) return;
      times.push(await sender.send(dotted));
    }
  };
  try {
    await Promise.all(senders.map(loop));
  } finally {
    for (const sender of senders) sender.close();
  }
  return times;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
