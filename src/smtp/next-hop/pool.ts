import { type Connection, quit } from './handshake.ts';

interface Idle {
  readonly connection: Connection;
  readonly uses: number;
  readonly timer: NodeJS.Timeout;
}

/** Shorter than any server's idle timeout seen (Postfix under stress: 10 s). */
const IDLE_MS = 8000;
/** Fewer than servers bear (Exim: 1,000); more than a hundred, so that the new greeting is not what one message in a hundred waits for. */
const MAX_USES = 500;

/** Idle connections, the youngest first. One that hears anything (a 421, the end) leaves by itself. */
export class Pool {
  #size: number;
  #idle: Idle[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  take(): { readonly connection: Connection; readonly uses: number } | undefined {
    const idle = this.#idle.pop();
    if (idle === undefined) return undefined;
    clearTimeout(idle.timer);
    idle.connection.wire.resume();
    return idle;
  }

  /** Keeps a clean connection, or says QUIT on it. `uses`: transactions it carried. */
  give(connection: Connection, uses: number): void {
    if (this.#size === 0 || !connection.reusable || uses >= MAX_USES || !connection.wire.quiet) {
      quit(connection.wire);
      return;
    }
    const drop = (): void => {
      if (!this.#idle.includes(idle)) return;
      this.#idle = this.#idle.filter((other) => other !== idle);
      clearTimeout(idle.timer);
      connection.wire.resume();
      quit(connection.wire);
    };
    const idle: Idle = { connection, uses, timer: setTimeout(drop, IDLE_MS).unref() };
    this.#idle.push(idle);
    connection.wire.rest(drop);
    const oldest = this.#idle.length > this.#size ? this.#idle.shift() : undefined;
    if (oldest !== undefined) this.#end(oldest);
  }

  /** Ends what is idle, and from now on what is given. */
  close(): void {
    this.#size = 0;
    for (const idle of this.#idle.splice(0)) this.#end(idle);
  }

  #end({ connection, timer }: Idle): void {
    clearTimeout(timer);
    connection.wire.resume();
    quit(connection.wire);
  }
}
