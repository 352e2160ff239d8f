import type { Socket } from 'node:net';
import { TLSSocket, type TLSSocketOptions } from 'node:tls';

/** What waiting for the client brought, where it is not what was asked for. */
export type Break = 'timeout' | 'gone' | 'interrupted';
export type LineRead =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'bare-lf' | 'too-long' }
  | { readonly kind: Break };

const LF = 0x0a;
const CR = 0x0d;
/** Longest command line with its CRLF; RFC 5321 4.5.3.1.4 says 512 and more for extensions. */
const MAX_LINE_BYTES = 8192;
/** Read ahead of the session no further than this: the rest stays with the kernel, and so with the client. */
const HIGH_WATER_BYTES = 65_536;
/** A client that does not read its replies is not waited for. */
const MAX_UNSENT_BYTES = 1_048_576;
const TLS_HANDSHAKE_MS = 60_000;
/** QUIT with its line end, and the end of the line before. */
const GOODBYE_BYTES = 7;

/** The octets of one client, read on demand, with back-pressure; one reader at a time. */
export class ClientWire {
  #socket: Socket;
  #chunks: Buffer[] = [];
  #size = 0;
  /** The last octets that came, as latin1 characters. */
  #tail = '';
  #ended = false;
  #interrupted = false;
  /** Inside a line that was too long: everything up to its end is thrown away. */
  #skipping = false;
  #wake: (() => void) | undefined;
  readonly #gone = new AbortController();

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    this.#listen();
  }

  get socket(): Socket {
    return this.#socket;
  }

  /**
   * Fires when nobody is there any more to hear a reply, even before all that was sent was read. A client that has said QUIT and then closes its
   * sending side (Exim does both in the segment of its final dot) waits for its replies and is not gone; without QUIT it is.
   */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Octets that came and were not read yet. */
  get unread(): number {
    return this.#size;
  }

  /** The next command line without its CRLF, octets as latin1 characters. Only CRLF ends a line. */
  async readLine(timeoutMs: number): Promise<LineRead> {
    for (;;) {
      const line = this.#takeLine();
      if (line !== undefined) return line;
      const broken = await this.#more(timeoutMs);
      if (broken !== undefined) return { kind: broken };
    }
  }

  /** The next octets, whatever they are. */
  async readChunk(timeoutMs: number): Promise<Buffer | Break> {
    while (this.#size === 0) {
      const broken = await this.#more(timeoutMs);
      if (broken !== undefined && broken !== 'interrupted') return broken;
    }
    const chunk = this.#chunks.shift() ?? Buffer.alloc(0);
    this.#took(chunk.length);
    return chunk;
  }

  /** Puts octets back in front of what comes next. */
  putBack(octets: Buffer): void {
    if (octets.length === 0) return;
    this.#chunks.unshift(octets);
    this.#size += octets.length;
  }

  /** Waits until something was sent, or the time is over: for early talkers. */
  async isSilent(forMs: number): Promise<boolean> {
    if (this.#size > 0) return false;
    return (await this.#more(forMs)) !== undefined;
  }

  write(text: string): void {
    if (this.#socket.destroyed || !this.#socket.writable) return;
    this.#socket.write(text, 'latin1');
    if (this.#socket.writableLength > MAX_UNSENT_BYTES) this.#socket.destroy();
  }

  /** Ends the wait for a command line that runs, or the next one; a wait for message octets goes on. */
  interrupt(): void {
    this.#interrupted = true;
    this.#notify();
  }

  /** Drops what was sent in clear (a plaintext injection), and goes on over TLS. False: no TLS came about. */
  async startTls(options: TLSSocketOptions): Promise<boolean> {
    const plain = this.#socket;
    plain.off('data', this.#onData).off('end', this.#onEnd);
    plain.off('close', this.#onOver).off('error', this.#onError);
    plain.on('error', () => undefined);
    this.#chunks = [];
    this.#size = 0;
    this.#tail = '';
    plain.resume();
    const secure = new TLSSocket(plain, { ...options, isServer: true });
    this.#socket = secure;
    const done = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), TLS_HANDSHAKE_MS);
      const settle = (ok: boolean): void => {
        clearTimeout(timer);
        resolve(ok);
      };
      secure.once('secure', () => settle(true));
      secure.once('error', () => settle(false));
      secure.once('close', () => settle(false));
      plain.once('close', () => settle(false));
    });
    const refused = done && options.rejectUnauthorized === true && !isVerified(secure);
    if (!done || refused) {
      secure.on('error', () => undefined);
      this.#over();
      secure.destroy();
      plain.destroy();
      return false;
    }
    this.#listen();
    return true;
  }

  /** Sends what was written and closes; a client that does not close its side is cut off soon. */
  end(): void {
    const socket = this.#socket;
    if (socket.destroyed) return;
    socket.end();
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), 5000);
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
  }

  /** Closes at once, but for what was written already. */
  destroySoon(): void {
    this.#over();
    this.#socket.destroySoon();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #listen(): void {
    this.#socket.on('data', this.#onData);
    this.#socket.on('end', this.#onEnd);
    this.#socket.on('close', this.#onOver);
    this.#socket.on('error', this.#onError);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    this.#tail = (this.#tail + chunk.toString('latin1', Math.max(0, chunk.length - GOODBYE_BYTES))).slice(
      -GOODBYE_BYTES,
    );
    if (this.#size > HIGH_WATER_BYTES) this.#socket.pause();
    this.#notify();
  };

  readonly #onEnd = (): void => {
    if (!/(?:^|\n)QUIT\r\n$/i.test(this.#tail)) {
      this.#over();
      return;
    }
    this.#ended = true;
    this.#notify();
  };

  readonly #onOver = (): void => this.#over();

  readonly #onError = (): void => {
    this.#over();
    this.#socket.destroy();
  };

  #over(): void {
    this.#ended = true;
    this.#gone.abort('gone');
    this.#notify();
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  #took(bytes: number): void {
    this.#size -= bytes;
    if (this.#size <= HIGH_WATER_BYTES && this.#socket.isPaused()) this.#socket.resume();
  }

  async #more(timeoutMs: number): Promise<Break | undefined> {
    if (this.#ended) return 'gone';
    if (this.#interrupted) {
      this.#interrupted = false;
      return 'interrupted';
    }
    const before = this.#size;
    let timer: NodeJS.Timeout | undefined;
    const timedOut = await new Promise<boolean>((resolve) => {
      this.#wake = () => resolve(false);
      timer = setTimeout(() => resolve(true), timeoutMs);
    });
    clearTimeout(timer);
    this.#wake = undefined;
    if (this.#size > before) return undefined;
    if (timedOut) return 'timeout';
    if (this.#ended) return 'gone';
    this.#interrupted = false;
    return 'interrupted';
  }

  #takeLine(): LineRead | undefined {
    if (this.#size === 0) return undefined;
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    const octets = this.#chunks[0] ?? Buffer.alloc(0);
    const end = octets.indexOf(LF);
    if (end === -1) {
      if (octets.length <= MAX_LINE_BYTES) return undefined;
      // A CR stays: its LF may be the next octet.
      const keep = octets.at(-1) === CR ? 1 : 0;
      this.#chunks = keep === 0 ? [] : [octets.subarray(-1)];
      this.#took(octets.length - keep);
      this.#skipping = true;
      return undefined;
    }
    const rest = octets.subarray(end + 1);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#took(end + 1);
    const skipped = this.#skipping || end + 1 > MAX_LINE_BYTES;
    this.#skipping = false;
    if (end === 0 || octets[end - 1] !== CR) return { kind: 'bare-lf' };
    if (skipped) return { kind: 'too-long' };
    return { kind: 'line', text: octets.toString('latin1', 0, end - 1) };
  }
}

/**
 * Whether the client showed a certificate of a known authority. Only tls.Server fills `authorized`, for connections it made itself; it
 * asks the same function. Where that is missing nobody is verified.
 */
function isVerified(socket: TLSSocket): boolean {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return false;
  const verifyError: unknown = Reflect.get(handle, 'verifyError');
  if (typeof verifyError !== 'function') return false;
  const error: unknown = Reflect.apply(verifyError, handle, []);
  return (error === null || error === undefined) && socket.getPeerCertificate().raw !== undefined;
}
