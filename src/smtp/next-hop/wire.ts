import type { Socket } from 'node:net';
import { ours, ReplyReader, replyText } from './reply.ts';
import type { Cause, Reply } from './types.ts';

/**
 * One connection in lock-step: a command, then its reply. Nothing rejects. Once the connection is `broken`, every call
 * answers with that reply of ours, except that replies which came in before the end are still handed out.
 */
export class Wire {
  readonly #socket: Socket;
  readonly #reader = new ReplyReader();
  #broken: Reply | undefined;
  /** Called when octets arrive, the connection ends, or the send buffer runs empty. */
  #wake: (() => void) | undefined;
  #unexpected: (() => void) | undefined;
  readonly #onData = (chunk: Buffer): void => {
    this.#reader.push(chunk);
    this.#wake?.();
    this.#unexpected?.();
  };
  readonly #onEnd = (): void => {
    this.fail('closed', 'The next hop closed the connection');
  };

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', this.#onEnd);
    socket.on('close', this.#onEnd);
  }

  /** Set once the connection can carry nothing more. */
  get broken(): Reply | undefined {
    return this.#broken;
  }

  /** Alive, and no octet came in that nobody asked for. */
  get quiet(): boolean {
    return this.#broken === undefined && !this.#reader.unread;
  }

  get unread(): boolean {
    return this.#reader.unread;
  }

  /** The next reply, within `timeoutMs`. 421 becomes 451 with its text: it announces the end of this connection, not of our client's. */
  async reply(timeoutMs: number): Promise<Reply> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const reply = this.#heard();
      if (reply !== undefined) return reply;
      if (this.#reader.malformed)
        this.fail('protocol', 'The next hop answered with something that is no reply');
      if (this.#broken !== undefined) return this.#broken;
      if (!(await this.#woken(deadline - performance.now()))) {
        return this.fail('timeout', 'The next hop did not answer in time');
      }
    }
  }

  /**
   * Sends `line` (latin1 characters, without its line end) and waits for the reply. An octet that came in unasked means
   * that replies no longer match commands; only a 421 may come so (RFC 5321 3.8), and it then answers this command.
   */
  async command(line: string, timeoutMs: number): Promise<Reply> {
    if (this.#broken === undefined) {
      if (this.#reader.unread) {
        const reply = this.#heard();
        return reply?.cause === 'closed'
          ? reply
          : this.fail('protocol', 'The next hop answered what was not asked');
      }
      if (/[\0\r\n\u0100-\uffff]/.test(line))
        return ours('protocol', 'A command with a line end was not sent');
      this.#socket.write(`${line}\r\n`, 'latin1');
    }
    return this.reply(timeoutMs);
  }

  /**
   * Writes octets and waits until the kernel has taken them. True: they are gone; false: the connection broke, stalled
   * for `timeoutMs`, or the next hop spoke before its turn.
   */
  async write(octets: Buffer, timeoutMs: number): Promise<boolean> {
    if (!this.quiet) return false;
    let taken = false;
    this.#socket.write(octets, (error) => {
      taken = true;
      if (error) this.#onEnd();
      this.#wake?.();
    });
    while (!taken && this.quiet) {
      if (!(await this.#woken(timeoutMs))) this.fail('timeout', 'The next hop stopped reading');
    }
    return taken && this.quiet;
  }

  /** Writes without waiting: the final dot, QUIT. */
  post(octets: string): void {
    if (this.#broken === undefined) this.#socket.write(octets, 'latin1');
  }

  /** Ends the connection at once; the first cause stands. */
  fail(cause: Cause, text: string): Reply {
    this.#broken ??= ours(cause, text);
    this.#socket.destroy();
    this.#wake?.();
    this.#unexpected?.();
    return this.#broken;
  }

  /** `heard` is called when anything comes in, or the connection ends, while nobody waits. */
  rest(heard: () => void): void {
    this.#unexpected = heard;
    this.#socket.unref();
  }

  resume(): void {
    this.#unexpected = undefined;
    this.#socket.ref();
  }

  /** Hands over the bare socket, for TLS. */
  detach(): Socket {
    this.#socket
      .off('data', this.#onData)
      .off('end', this.#onEnd)
      .off('error', this.#onEnd)
      .off('close', this.#onEnd);
    this.#broken = ours('closed', 'This connection was handed over');
    return this.#socket;
  }

  #heard(): Reply | undefined {
    // After a reply that fitted nothing the others cannot be told apart; after a mere end they still count.
    if (this.#broken !== undefined && this.#broken.cause !== 'closed') return undefined;
    const reply = this.#reader.next();
    if (reply?.code !== 421) return reply;
    this.fail('closed', replyText(reply));
    return { code: 451, lines: reply.lines, cause: 'closed' };
  }

  async #woken(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(false), Math.max(0, timeoutMs));
      const done = (inTime: boolean): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve(inTime);
      };
      this.#wake = () => done(true);
    });
  }
}
