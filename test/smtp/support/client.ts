import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { Endpoint } from '../../../src/smtp/options.ts';

const WAIT_MS = 10_000;

/** A client that says exactly what it is told, over a real socket. */
export class WireClient {
  #socket: Socket;
  /** Also under TLS. */
  readonly #tcp: Socket;
  #buffer = '';
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#tcp = socket;
    this.#listen();
  }

  static async connect(endpoint: Endpoint): Promise<WireClient> {
    const socket = endpoint.kind === 'unix' ? connect(endpoint.path) : connect(endpoint.port, endpoint.host);
    const client = new WireClient(socket);
    await once(socket, 'connect');
    return client;
  }

  get socket(): Socket {
    return this.#socket;
  }

  /** Octets as latin1 characters, exactly these. */
  send(octets: string | Buffer): void {
    this.#socket.write(typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets);
  }

  /** Octet by octet, each in a packet of its own as far as the kernel lets us. */
  async pour(octets: string | Buffer): Promise<void> {
    this.#socket.setNoDelay(true);
    for (const octet of Buffer.from(octets as string, 'latin1')) {
      this.#socket.write(Buffer.of(octet));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** The next reply, all its lines without line ends; `closed` where the server closed instead. */
  async reply(): Promise<readonly string[]> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.line();
      lines.push(line);
      if (line === 'closed' || !/^\d{3}-/.test(line)) return lines;
    }
  }

  async line(): Promise<string> {
    for (let end = this.#buffer.indexOf('\n'); ; end = this.#buffer.indexOf('\n')) {
      if (end !== -1) {
        const line = this.#buffer.slice(0, end + 1);
        this.#buffer = this.#buffer.slice(end + 1);
        if (!line.endsWith('\r\n')) throw new Error(`a line with a bare LF: ${JSON.stringify(line)}`);
        return line.slice(0, -2);
      }
      if (this.#ended) return this.#buffer === '' ? 'closed' : `closed inside ${this.#buffer}`;
      await this.#more();
    }
  }

  /** Says a command line and gives the first line of its reply. */
  async say(line: string): Promise<string> {
    this.send(`${line}\r\n`);
    const lines = await this.reply();
    return lines.at(-1) ?? '';
  }

  /** What has come and was not asked for. */
  async silence(forMs = 50): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, forMs));
    return this.#buffer;
  }

  async startTls(options: ConnectionOptions): Promise<TLSSocket> {
    this.#socket.removeAllListeners();
    const secure = connectTls({ socket: this.#socket, rejectUnauthorized: false, ...options });
    await once(secure, 'secureConnect');
    this.#socket = secure;
    this.#listen();
    return secure;
  }

  async closed(): Promise<void> {
    while (!this.#ended) await this.#more();
  }

  close(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#tcp.resetAndDestroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #listen(): void {
    const over = (): void => {
      this.#ended = true;
      this.#notify();
    };
    this.#socket.on('error', over);
    this.#socket.on('end', over);
    this.#socket.on('close', over);
    this.#socket.on('data', (chunk: Buffer) => {
      this.#buffer += chunk.toString('latin1');
      this.#notify();
    });
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  async #more(): Promise<void> {
    if (this.#ended) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      this.#wake = resolve;
      timer = setTimeout(
        () => reject(new Error(`nothing came; so far ${JSON.stringify(this.#buffer)}`)),
        WAIT_MS,
      );
    });
    clearTimeout(timer);
  }
}
