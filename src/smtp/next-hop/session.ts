import type { NextHopOptions } from '../options.ts';
import { withoutIpv6, xforwardCommands } from './client-facts.ts';
import { sendData } from './data.ts';
import { type Connection, quit } from './handshake.ts';
import { isPositive, ours, replyText } from './reply.ts';
import type { ClientFacts, Extensions, NextHopSession, Octets, Reply } from './types.ts';

export interface SessionParts {
  readonly options: NextHopOptions;
  readonly client: ClientFacts;
  readonly connection: Connection;
  /** Transactions the connection carried before. */
  readonly uses: number;
  /** A fresh connection in place of a stale one. */
  readonly reopen: () => Promise<Connection | Reply>;
  readonly giveBack: (connection: Connection, uses: number) => void;
}

/** See `NextHopSession`. Calls go out one after another, whoever makes them: a NOOP never gets between MAIL and its reply. */
export class Session implements NextHopSession {
  readonly #parts: SessionParts;
  #connection: Connection;
  #uses: number;
  /** MAIL went out, and neither a final reply nor RSET ended it. */
  #inTransaction = false;
  #accepted = 0;
  #over = false;
  #calls = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#connection = parts.connection;
    this.#uses = parts.uses;
  }

  get extensions(): Extensions {
    return this.#connection.extensions;
  }

  mail(argument: string): Promise<Reply> {
    return this.#inTurn(async () => {
      const reply = await this.#begin(argument);
      if (this.#uses === 0 || reply.cause !== 'closed' || this.#over) return reply;
      // The next hop left between two transactions: it knows nothing of this one yet, so one other try is safe.
      const fresh = await this.#parts.reopen();
      if (!('wire' in fresh)) return fresh;
      if (this.#over) {
        quit(fresh.wire);
        return ours('aborted', 'Given up');
      }
      this.#connection = fresh;
      this.#uses = 0;
      return this.#begin(argument);
    });
  }

  rcpt(argument: string): Promise<Reply> {
    return this.#inTurn(async () => {
      const reply = await this.#verdict(`RCPT TO:${argument}`);
      if (isPositive(reply)) this.#accepted++;
      return reply;
    });
  }

  async data(message: Octets, options: { readonly signal?: AbortSignal } = {}): Promise<readonly Reply[]> {
    let replies: readonly Reply[] | undefined;
    const trouble = await this.#inTurn(async () => {
      const count = this.#replyCount();
      const result = await sendData(
        this.#connection.wire,
        message,
        count,
        this.#parts.options,
        options.signal,
      );
      if (result.done) this.#endTransaction();
      replies = result.replies;
      return undefined;
    });
    return replies ?? (trouble === undefined ? [] : Array<Reply>(this.#replyCount()).fill(trouble));
  }

  noop(): Promise<Reply> {
    return this.#inTurn(() => this.#verdict('NOOP'));
  }

  async reset(): Promise<void> {
    await this.#inTurn(async () => {
      if (!this.#inTransaction) return;
      const reply = await this.#verdict('RSET');
      if (isPositive(reply)) this.#endTransaction();
      else this.#connection.wire.fail('protocol', 'The next hop did not take RSET');
    });
  }

  release(): void {
    if (this.#over) return;
    if (this.#calls > 0) {
      // A call still runs; the connection is given back behind it.
      void this.#inTurn(async () => this.#leave());
    } else this.#leave();
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#connection.wire.fail('aborted', 'Given up');
  }

  /** RFC 2033 4.2: LMTP answers the message once for each accepted recipient. */
  #replyCount(): number {
    return this.#parts.options.protocol === 'lmtp' ? this.#accepted : 1;
  }

  async #begin(argument: string): Promise<Reply> {
    const refused = await this.#tellClient();
    if (refused !== undefined) return refused;
    this.#inTransaction = true;
    const reply = await this.#verdict(`MAIL FROM:${argument}`);
    return reply.code === 530 ? this.#notLetIn(reply) : reply;
  }

  /** 530 to MAIL asks for TLS or AUTH (RFC 3207 4, RFC 4954 6): a matter of this connection, which another one may have. Our client could do nothing about it. */
  #notLetIn({ code, lines }: Reply): Reply {
    const cause = /TLS/i.test(lines.join(' ')) ? 'tls' : 'auth';
    this.#connection.wire.fail(cause, replyText({ code, lines }));
    return { code: 451, lines: lines.map((line) => line.replace(/^5(?=\.)/, '4')), cause };
  }

  /** XFORWARD, anew for each transaction: nothing of the message before may stay. */
  async #tellClient(): Promise<Reply | undefined> {
    const { options, client } = this.#parts;
    const { wire, extensions } = this.#connection;
    const offered = options.xforward === 'off' ? undefined : extensions.keywords.get('XFORWARD');
    const commands = offered === undefined ? [] : xforwardCommands(client, offered);
    let told = commands.length > 0;
    for (const command of commands) {
      let reply = await wire.command(command, options.commandTimeoutMs);
      const other = reply.code >= 500 ? withoutIpv6(command) : undefined;
      if (other !== undefined) reply = await wire.command(other, options.commandTimeoutMs);
      if (reply.cause !== undefined) return reply;
      if (!isPositive(reply)) told = false;
    }
    if (told || options.xforward !== 'required') return undefined;
    return ours('config', 'The next hop does not take XFORWARD');
  }

  /** 3xx is an answer to nothing that is asked here (Postfix smtpd_proxy answers 451 too). */
  async #verdict(command: string): Promise<Reply> {
    const { wire } = this.#connection;
    const reply = await wire.command(command, this.#parts.options.commandTimeoutMs);
    if (isPositive(reply) || reply.code >= 400) return reply;
    return wire.fail('protocol', 'The next hop gave an answer that does not fit the command');
  }

  #endTransaction(): void {
    this.#inTransaction = false;
    this.#accepted = 0;
    this.#uses++;
  }

  #leave(): void {
    this.#over = true;
    if (this.#inTransaction) quit(this.#connection.wire);
    else this.#parts.giveBack(this.#connection, this.#uses);
  }

  #inTurn<T>(call: () => Promise<T>): Promise<T | Reply> {
    this.#calls++;
    const turn = this.#last.then(async (): Promise<T | Reply> => {
      try {
        return this.#over ? ours('aborted', 'This session is over') : await call();
      } finally {
        this.#calls--;
      }
    });
    this.#last = turn;
    return turn;
  }
}
