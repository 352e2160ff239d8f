import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { TLSSocket, type SecureContextOptions } from 'node:tls';
import type { Endpoint } from '../../../src/smtp/options.ts';
import { parseDialogue, type Step } from './dialogue.ts';

/**
 * What the next hop does at a step. A string is a reply line (several: an array of lines, in order; the CRLF is added).
 * `raw`: exactly these octets. `pour`: replies octet by octet. After `close` (FIN), `reset` (RST) and `stall` nothing more is done.
 */
export type Act =
  | string
  | { readonly raw: string }
  | { readonly pour: string }
  | { readonly waitMs: number }
  | 'close'
  | 'reset'
  | 'stall'
  | 'tls';

/**
 * Free mode: the first rule whose `on` matches acts, else the next hop agrees. `on` is a prefix (any case) or a pattern of the
 * command line, or `CONNECT`, `END` (the final dot; for LMTP `END <forward-path>` once for each recipient), or `OCTETS` (`after`
 * octets of a message have come). `times`: how often the rule acts before it is spent.
 */
export interface Rule {
  readonly on: string | RegExp;
  readonly act: Act | readonly Act[];
  readonly times?: number;
  readonly after?: number;
}

export interface ScriptOptions {
  readonly protocol?: 'smtp' | 'lmtp';
  /** EHLO keywords with arguments; STARTTLS is left out once TLS is on. */
  readonly offers?: readonly string[];
  readonly rules?: readonly Rule[];
  /** Strict mode: the n-th connection follows the n-th dialogue (see dialogue.ts), the last one again and again. */
  readonly dialogues?: readonly string[];
  readonly tls?: SecureContextOptions & { readonly requestCert?: boolean };
  /** Reads no octet of a message for this long. */
  readonly slowMs?: number;
  /** A UNIX socket instead of a loopback port. */
  readonly path?: string;
  readonly host?: string;
}

export interface ReceivedMessage {
  readonly mail: string;
  readonly rcpts: readonly string[];
  /** As on the wire, dots stuffed, without the final dot line. */
  readonly octets: Buffer;
  /** False where it was refused or the connection ended before its end. */
  readonly accepted: boolean;
}

export interface Recorded {
  /** Every octet received, in clear. */
  readonly octets: Buffer;
  /** Command lines in order, without line ends. */
  readonly lines: readonly string[];
  readonly secure: boolean;
  readonly ended: boolean;
}

export interface ScriptedNextHop {
  readonly endpoint: Endpoint;
  readonly port: number;
  readonly connections: readonly Recorded[];
  readonly messages: readonly ReceivedMessage[];
  /** Where a strict dialogue was not followed; empty at the end of a good test. */
  readonly problems: readonly string[];
  /** Waits until `count` connections have come and ended, or 5 s. */
  settled(count: number): Promise<void>;
  close(): Promise<void>;
}

const DEFAULT_OFFERS = ['PIPELINING', 'SIZE 10240000', '8BITMIME', 'ENHANCEDSTATUSCODES', 'DSN', 'SMTPUTF8'];

/** A next hop that follows a script and records exact octets; by default it agrees to everything. */
export async function startScriptedNextHop(options: ScriptOptions = {}): Promise<ScriptedNextHop> {
  const { host = '127.0.0.1' } = options;
  const shared: Shared = { options, connections: [], messages: [], problems: [], spent: new Map() };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const text = options.dialogues?.[Math.min(shared.connections.length, options.dialogues.length - 1)];
    new Connection(shared, socket, text === undefined ? undefined : parseDialogue(text)).start();
  });
  if (options.path === undefined) server.listen(0, host);
  else server.listen(options.path);
  await once(server, 'listening');
  const port = options.path === undefined ? (server.address() as AddressInfo).port : 0;
  return {
    endpoint: options.path === undefined ? { kind: 'tcp', host, port } : { kind: 'unix', path: options.path },
    port,
    connections: shared.connections,
    messages: shared.messages,
    problems: shared.problems,
    async settled(count) {
      for (const end = Date.now() + 5000; Date.now() < end; await pause(5)) {
        const ended = shared.connections.filter((connection) => connection.ended).length;
        if (ended >= count && ended === shared.connections.length) return;
      }
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

interface Shared {
  readonly options: ScriptOptions;
  readonly connections: Connection[];
  readonly messages: ReceivedMessage[];
  readonly problems: string[];
  readonly spent: Map<Rule, number>;
}

const END_OF_DATA = Buffer.from('\r\n.\r\n');
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

class Connection implements Recorded {
  readonly #shared: Shared;
  #socket: Socket;
  readonly #steps: Step[] | undefined;
  readonly #chunks: Buffer[] = [];
  /** Received and not yet looked at; starts with CRLF inside a message so that the first line's dot is found. */
  #pending: Buffer = Buffer.alloc(0);
  #inMessage = false;
  #busy = true;
  readonly lines: string[] = [];
  secure = false;
  ended = false;
  #over = false;
  #mail = '';
  #rcpts: string[] = [];

  constructor(shared: Shared, socket: Socket, steps: Step[] | undefined) {
    this.#shared = shared;
    this.#socket = socket;
    this.#steps = steps;
    shared.connections.push(this);
  }

  get octets(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  start(): void {
    this.#listen();
    void this.#greet();
  }

  async #greet(): Promise<void> {
    if (this.#steps === undefined) {
      const kind = this.#shared.options.protocol === 'lmtp' ? 'LMTP' : 'ESMTP';
      await this.#do(this.#rule('CONNECT') ?? `220 next.example ${kind}`);
    } else await this.#play();
    this.#busy = false;
    await this.#work();
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#pending = Buffer.concat([this.#pending, chunk]);
      void this.#work();
      if (this.#inMessage && this.#shared.options.slowMs !== undefined) {
        socket.pause();
        setTimeout(() => socket.resume(), this.#shared.options.slowMs);
      }
    });
    socket.on('close', () => {
      if (socket !== this.#socket) return;
      this.ended = true;
      if (this.#inMessage) this.#keepMessage(this.#pending.subarray(2), false);
      const rest = this.#over ? [] : (this.#steps ?? []).filter((step) => step.kind === 'client');
      for (const step of rest) this.#shared.problems.push(`closed before ${JSON.stringify(step.line)}`);
    });
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (!this.#over && (await (this.#inMessage ? this.#takeMessage() : this.#takeLine()))) {
      // Each turn takes one line or one message.
    }
    this.#busy = false;
  }

  async #takeLine(): Promise<boolean> {
    const end = this.#pending.indexOf('\n');
    if (end === -1) return false;
    const raw = this.#pending.subarray(0, end + 1).toString('latin1');
    this.#pending = this.#pending.subarray(end + 1);
    if (!raw.endsWith('\r\n')) this.#shared.problems.push(`a line with a bare LF: ${JSON.stringify(raw)}`);
    const line = raw.replace(/\r?\n$/, '');
    this.lines.push(line);
    if (/^MAIL FROM:/i.test(line)) [this.#mail, this.#rcpts] = [line.slice(10), []];
    if (this.#steps === undefined) await this.#answer(line);
    else {
      const step = this.#steps.shift();
      if (step?.kind !== 'client' || !step.matches(line)) {
        const wanted = step === undefined ? 'the end' : JSON.stringify(step.line);
        this.#shared.problems.push(`got ${JSON.stringify(line)}, expected ${wanted}`);
      }
      if (/^RCPT TO:/i.test(line)) this.#rcpts.push(line.slice(8));
      await this.#play();
    }
    return true;
  }

  async #answer(line: string): Promise<void> {
    const verb = line.split(' ', 1)[0]?.toUpperCase() ?? '';
    const act = this.#rule(line);
    const [first] = act === undefined ? [] : [act].flat();
    const refused = typeof first === 'string' && /^[45]/.test(first);
    if (verb === 'RCPT' && !refused) this.#rcpts.push(line.slice(8));
    if (verb === 'STARTTLS' && act === undefined) return this.#do(['220 ready', 'tls']);
    await this.#do(act ?? this.#usual(verb));
    if (verb === 'DATA' && (act === undefined || (typeof first === 'string' && first.startsWith('354'))))
      this.#await();
    if (verb === 'QUIT' && act === undefined) await this.#do('close');
  }

  #usual(verb: string): Act | readonly Act[] {
    const { offers = DEFAULT_OFFERS } = this.#shared.options;
    if (verb === 'EHLO' || verb === 'LHLO') {
      const now = ['next.example', ...offers.filter((keyword) => !(this.secure && keyword === 'STARTTLS'))];
      return now.map((keyword, index) => `250${index === now.length - 1 ? ' ' : '-'}${keyword}`);
    }
    if (verb === 'DATA') return '354 go ahead';
    if (verb === 'XCLIENT') return '220 next.example ESMTP';
    return verb === 'QUIT' ? '221 2.0.0 bye' : '250 2.0.0 ok';
  }

  #await(): void {
    this.#inMessage = true;
    this.#pending = Buffer.concat([Buffer.from('\r\n'), this.#pending]);
  }

  async #takeMessage(): Promise<boolean> {
    const after = this.#shared.options.rules?.find((rule) => rule.on === 'OCTETS')?.after ?? Infinity;
    if (this.#pending.length - 2 >= after) {
      const act = this.#rule('OCTETS');
      if (act !== undefined) await this.#do(act);
      if (this.#over) return false;
    }
    const end = this.#pending.indexOf(END_OF_DATA);
    if (end === -1) return false;
    const octets = Buffer.from(this.#pending.subarray(2, Math.max(2, end + 2)));
    this.#pending = this.#pending.subarray(end + END_OF_DATA.length);
    this.#inMessage = false;
    if (this.#steps !== undefined) {
      const yes = await this.#play();
      this.#keepMessage(octets, yes);
      return true;
    }
    const lmtp = this.#shared.options.protocol === 'lmtp';
    const ends = lmtp ? this.#rcpts.map((rcpt) => `END ${rcpt}`) : ['END'];
    const acts = ends.map((name) => this.#rule(name) ?? this.#rule('END') ?? '250 2.0.0 queued');
    this.#keepMessage(
      octets,
      acts.some((act) => [act].flat().some((one) => typeof one === 'string' && one.startsWith('2'))),
    );
    for (const act of acts) await this.#do(act);
    return true;
  }

  #keepMessage(octets: Buffer, accepted: boolean): void {
    this.#shared.messages.push({ mail: this.#mail, rcpts: [...this.#rcpts], octets, accepted });
  }

  #rule(event: string): Act | readonly Act[] | undefined {
    const { rules = [] } = this.#shared.options;
    const rule = rules.find(({ on, times = Infinity }, index) => {
      const spent = this.#shared.spent.get(rules[index] as Rule) ?? 0;
      const fits = typeof on === 'string' ? event.toUpperCase().startsWith(on.toUpperCase()) : on.test(event);
      return fits && spent < times;
    });
    if (rule !== undefined) this.#shared.spent.set(rule, (this.#shared.spent.get(rule) ?? 0) + 1);
    return rule?.act;
  }

  /** Strict mode: does what stands up to the client's next line. True if the last reply was positive. */
  async #play(): Promise<boolean> {
    let yes = false;
    for (let step = this.#steps?.[0]; step !== undefined && step.kind !== 'client'; step = this.#steps?.[0]) {
      this.#steps?.shift();
      if (step.kind === 'message') {
        this.#await();
        return false;
      }
      if (typeof step.act === 'string') yes = step.act.startsWith('2');
      await this.#do(step.act);
    }
    return yes;
  }

  async #do(acts: Act | readonly Act[]): Promise<void> {
    for (const act of [acts].flat() as readonly Act[]) {
      if (this.#over) return;
      if (act === 'close') this.#end(() => this.#socket.end());
      else if (act === 'reset') this.#end(() => this.#socket.resetAndDestroy());
      else if (act === 'stall') this.#end(() => undefined);
      else if (act === 'tls') await this.#upgrade();
      else if (typeof act === 'string') this.#socket.write(`${act}\r\n`, 'latin1');
      else if ('raw' in act) this.#socket.write(act.raw, 'latin1');
      else if ('waitMs' in act) await pause(act.waitMs);
      else {
        for (const octet of `${act.pour}\r\n`) {
          this.#socket.write(octet, 'latin1');
          await pause(1);
        }
      }
    }
  }

  #end(how: () => void): void {
    this.#over = true;
    how();
  }

  async #upgrade(): Promise<void> {
    const plain = this.#socket;
    plain.removeAllListeners('data').removeAllListeners('close');
    const secure = new TLSSocket(plain, { isServer: true, ...this.#shared.options.tls });
    this.#socket = secure;
    this.#listen();
    await Promise.race([once(secure, 'secure'), once(secure, 'close')]).catch(() => undefined);
    this.secure = true;
  }
}
