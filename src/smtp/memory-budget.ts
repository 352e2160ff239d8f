/** Room that one message has. */
export interface Room {
  /** Gives back all but this much. */
  shrink(bytes: number): void;
  release(): void;
}

/** Of the whole: what comes in, and small messages that are worked on. The rest is for large ones. */
const INCOMING_SHARE = 1 / 4;
const SMALL_SHARE = 1 / 8;

/**
 * Counts the memory that messages in flight take, over all sessions of a process, in three parts, so that a crowd in one does not stop the
 * others: what clients are sending, small messages that are worked on, large ones that are. A message larger than its part passes alone.
 */
export class MemoryBudget {
  readonly #small = new Share();
  readonly #large = new Share();
  #maxIncoming = 0;
  #incoming = 0;

  constructor(totalBytes: number) {
    this.resize(totalBytes);
  }

  get usedBytes(): number {
    return this.#incoming + this.#small.used + this.#large.used;
  }

  resize(totalBytes: number): void {
    this.#maxIncoming = totalBytes * INCOMING_SHARE;
    this.#small.resize(totalBytes * SMALL_SHARE);
    this.#large.resize(totalBytes * (1 - INCOMING_SHARE - SMALL_SHARE));
  }

  /** Takes room for octets that come in, at once or not at all; until `give`. */
  take(bytes: number): boolean {
    if (this.#incoming + bytes > this.#maxIncoming) return false;
    this.#incoming += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#incoming -= bytes;
  }

  /** Waits for room for a message of this size to be worked on; undefined: there was none before `signal` fired. */
  async reserve(bytes: number, small: boolean, signal: AbortSignal): Promise<Room | undefined> {
    const share = small ? this.#small : this.#large;
    if (!(await share.reserve(bytes, signal))) return undefined;
    let held = bytes;
    const shrink = (left: number): void => {
      if (left >= held) return;
      const given = held - left;
      held = left;
      share.give(given);
    };
    return { shrink, release: () => shrink(0) };
  }
}

interface Waiter {
  readonly bytes: number;
  readonly grant: () => void;
}

/** Serves in the order of coming, or a large message would wait for ever behind lesser ones. */
class Share {
  #limit = 0;
  used = 0;
  readonly #waiters: Waiter[] = [];

  resize(limit: number): void {
    this.#limit = limit;
    this.#serve();
  }

  async reserve(bytes: number, signal: AbortSignal): Promise<boolean> {
    if (this.#waiters.length === 0 && this.#fits(bytes)) return true;
    return this.#wait(bytes, signal);
  }

  give(bytes: number): void {
    this.used -= bytes;
    this.#serve();
  }

  #fits(bytes: number): boolean {
    if (this.used > 0 && this.used + bytes > this.#limit) return false;
    this.used += bytes;
    return true;
  }

  #wait(bytes: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        bytes,
        grant: () => {
          signal.removeEventListener('abort', onAbort);
          resolve(true);
        },
      };
      const onAbort = (): void => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        resolve(false);
        this.#serve();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiters.push(waiter);
    });
  }

  #serve(): void {
    for (let next = this.#waiters[0]; next !== undefined && this.#fits(next.bytes); next = this.#waiters[0]) {
      this.#waiters.shift();
      next.grant();
    }
  }
}
